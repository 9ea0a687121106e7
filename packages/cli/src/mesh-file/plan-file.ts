/** `tulle plan`: the configuration against what is published. */
import type { CommandCall, Result } from "../commands/command.ts";
import { connect } from "../connection/connection.ts";
import { publishedConfig } from "../connection/published.ts";
import { planOf } from "../plan/diff.ts";
import { planView } from "../plan/plan-view.ts";
import { FINDINGS, OK } from "../program/exit-code.ts";
import { choiceOf } from "./choice.ts";
import { loadConfiguration } from "./load.ts";

export async function planFile(call: CommandCall): Promise<Result> {
  const { config } = await loadConfiguration(choiceOf(call));
  const { control } = await connect(call);
  const published = await publishedConfig(control);
  const plan = planOf(published.config, config);
  const differs = plan.changes.length > 0 && call.options.flag("detailedExitcode");
  return { view: planView(plan, published.version), exit: differs ? FINDINGS : OK };
}
