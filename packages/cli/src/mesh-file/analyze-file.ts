/** `tulle analyze`: the findings are the answer, so they go to stdout in both shapes. */
import { renderFindings } from "@tulle/config";
import type { CommandCall, Result } from "../commands/command.ts";
import { FINDINGS, OK } from "../program/exit-code.ts";
import { choiceOf } from "./choice.ts";
import { loadResult } from "./load.ts";

export async function analyzeFile(call: CommandCall): Promise<Result> {
  const startedAtMs = performance.now();
  const [file] = call.args;
  const choice = choiceOf(call);
  const result = await loadResult(file === undefined ? choice : { ...choice, file });
  const { findings, files } = result;
  const elapsedMs = Math.round(performance.now() - startedAtMs);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const { globals, terminal } = call;
  return {
    exit: errors > 0 ? FINDINGS : OK,
    view: {
      data: { errors, warnings: findings.length - errors, files, findings },
      text: () =>
        renderFindings(findings, {
          color: globals.color,
          cwd: terminal.cwd,
          fileCount: files.length,
          elapsedMs,
        }),
    },
  };
}
