/** Values given as JSON or as `@file`; `@-` is standard input. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { TulleError } from "@tulle/core/errors";
import type { JsonValue } from "@tulle/core/model";

/** Throws TULLE6006 for a file that cannot be read and for what is not JSON. */
export function readData(argument: string, cwd: string): JsonValue {
  const text = argument.startsWith("@") ? readText(argument.slice(1), cwd) : argument;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    const where = argument.startsWith("@") ? `the content of ${argument.slice(1)}` : "the value";
    throw new TulleError("TULLE6006", `${where} is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

function readText(path: string, cwd: string): string {
  try {
    return readFileSync(path === "-" ? 0 : resolve(cwd, path), "utf8");
  } catch (cause) {
    throw new TulleError("TULLE6006", `Cannot read ${path}: ${(cause as Error).message}.`, { cause });
  }
}

/** `name=value` pairs. Throws TULLE6006 for one without an equals sign. */
export function readPairs(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const end = pair.indexOf("=");
      if (end <= 0) throw new TulleError("TULLE6006", `"${pair}" is not of the form name=value.`);
      return [pair.slice(0, end), pair.slice(end + 1)];
    }),
  );
}
