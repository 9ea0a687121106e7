/** Why a part did not start, in the part's own words and under its own code where it has one. */
import { type ErrorCode, errorRegistry, TulleError } from "@tulle/core/errors";

/** @param how `exit code 1` or `signal SIGKILL`. */
export function failureOf(name: string, how: string, lines: readonly string[]): TulleError {
  for (const line of lines) {
    const found = codedLine(line);
    if (found !== null) return new TulleError(found.code, found.message, { context: { part: name } });
  }
  const said = lines.length === 0 ? "It printed nothing." : `It printed:\n${lines.join("\n")}`;
  return new TulleError("TULLE6008", `${name} ended with ${how} before it was ready. ${said}`, {
    context: { part: name },
  });
}

/** Parts report as `error[TULLE4005]: message` or as the JSON envelope. */
function codedLine(line: string): { readonly code: ErrorCode; readonly message: string } | null {
  const plain = /error\[(TULLE\d{4})\]: (.*)$/.exec(line);
  if (plain !== null) return known(plain[1]!, plain[2]!);
  if (!line.includes('"error"')) return null;
  try {
    const { error } = JSON.parse(line) as { error?: { code?: unknown; message?: unknown } };
    return known(String(error?.code), String(error?.message));
  } catch {
    return null;
  }
}

function known(code: string, message: string): { readonly code: ErrorCode; readonly message: string } | null {
  return Object.hasOwn(errorRegistry, code) ? { code: code as ErrorCode, message } : null;
}
