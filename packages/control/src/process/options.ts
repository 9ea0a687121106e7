/** The command line of the control process. */
import { parseArgs } from "node:util";
import { TulleError } from "@tulle/core/errors";

export interface ProcessOptions {
  readonly dataFolder: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Whether to exit when the pipe on stdin closes, which it does when the parent is gone. */
  readonly withParent: boolean;
}

/** Reads `--data DIR --port N --with-parent`. Throws TULLE4119. */
export function parseOptions(args: readonly string[]): ProcessOptions {
  const values = parse(args);
  const { data, port = "0" } = values;
  if (data === undefined || data === "") throw invalid("`--data DIR` is missing");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw invalid(`"${port}" is no port`);
  return { dataFolder: data, port: Number(port), withParent: values["with-parent"] ?? false };
}

function parse(args: readonly string[]) {
  const options = {
    data: { type: "string" },
    port: { type: "string" },
    "with-parent": { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function invalid(what: string): TulleError {
  return new TulleError("TULLE4119", `Control cannot start: ${what}.`);
}
