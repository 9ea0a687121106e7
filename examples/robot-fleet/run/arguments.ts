/** The two options of `npm start`. */
import { parseArgs } from "node:util";

export interface Arguments {
  /** How long to run; null runs until Ctrl-C. */
  readonly forMs: number | null;
  /** File to write the report to. */
  readonly report: string | null;
}

export const usage = "usage: npm start -- [--for 20s] [--report report.json]";

/** Reads the options, or says in one line what is wrong with them. */
export function readArguments(argv: readonly string[]): Arguments | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { for: { type: "string" }, report: { type: "string" } },
    });
    const forMs = values.for === undefined ? null : durationMs(values.for);
    if (Number.isNaN(forMs))
      return { problem: `--for takes a duration such as 20s or 2m, not "${values.for}"` };
    if (forMs !== null && forMs < MINIMUM_MS)
      return { problem: "--for must be at least 15s: the story takes that long" };
    return { forMs, report: values.report ?? null };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

const MINIMUM_MS = 15_000;

function durationMs(text: string): number {
  const match = /^(\d+)(s|m)$/.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * (match[2] === "m" ? 60_000 : 1000);
}
