/**
 * `tulle apply`: analyze, compare, confirm what would be lost, publish against the version that was
 * compared with.
 */
import { createInterface } from "node:readline/promises";
import { TulleError } from "@tulle/core/errors";
import type { CommandCall, Result } from "../commands/command.ts";
import { connect } from "../connection/connection.ts";
import { publishedConfig } from "../connection/published.ts";
import { planOf, removedNames } from "../plan/diff.ts";
import { planView } from "../plan/plan-view.ts";
import { showDuration } from "../program/duration.ts";
import { choiceOf } from "./choice.ts";
import { loadConfiguration } from "./load.ts";

export async function applyFile(call: CommandCall): Promise<Result> {
  const startedAtMs = performance.now();
  const { output, options } = call;
  const { config, files } = await loadConfiguration(choiceOf(call));
  output.note(`analyzed ${files.length} ${files.length === 1 ? "file" : "files"}`);
  const { control, endpoint } = await connect(call);
  const published = await publishedConfig(control);
  const plan = planOf(published.config, config);
  output.note(planView(plan, published.version).text(output.look));
  if (options.flag("dryRun")) {
    const data = { published: false, version: published.version, changes: plan.changes };
    return {
      view: { data, text: () => `Nothing was published: a dry run against version ${data.version}.` },
    };
  }
  await confirmRemovals(call, removedNames(plan));
  const answer = await control.publish({
    config,
    expectedVersion: published.version,
    message: options.text("message") ?? "",
  });
  const elapsed = showDuration(performance.now() - startedAtMs);
  return {
    view: {
      data: { published: answer.changed, ...answer, changes: plan.changes },
      text: () =>
        answer.changed
          ? `Published version ${answer.version} (${answer.hash.slice(0, 12)}) to ${endpoint} in ${elapsed}.`
          : `Version ${answer.version} already holds this configuration.`,
    },
  };
}

/** Throws TULLE6007 when names would go and nobody says that they may. */
async function confirmRemovals(call: CommandCall, removed: readonly string[]): Promise<void> {
  if (removed.length === 0 || call.globals.yes) return;
  const what = `This removes ${removed.join(", ")}.`;
  if (call.terminal.interactive && (await ask(`${what} Publish? [y/N] `))) return;
  throw new TulleError("TULLE6007", what, { context: { removed: removed.join(",") } });
}

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}
