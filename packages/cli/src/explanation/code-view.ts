/** What the registry says about a code. */
import { type ErrorCode, errorRegistry } from "@tulle/core/errors";
import type { View } from "../output/output.ts";
import { exitCodeOf } from "../program/exit-code.ts";
import { wrongUsage } from "../program/failure.ts";

/** Throws TULLE6001 for a code that does not exist. */
export function codeView(text: string): View {
  const code = text.toUpperCase();
  if (!isErrorCode(code))
    throw wrongUsage(
      `"${text}" is not an error code: they look like TULLE1203, and docs/reference/errors.md has all.`,
    );
  const { name, category, status, retry, meaning, remedy } = errorRegistry[code];
  const docs = `docs/reference/errors.md#${code.toLowerCase()}-${name}`;
  const exitCode = exitCodeOf(code);
  return {
    data: { code, name, category, status, retry, exitCode, meaning, remedy, docs },
    text: ({ style }) =>
      [
        `${style.bold(code)} ${name}`,
        "",
        meaning,
        "",
        `What to do: ${remedy}`,
        style.dim(
          `Category ${category}, HTTP status ${status}, exit code ${exitCode}, ` +
            `the same request again: ${retry === "later" ? "may succeed later" : "will not help"}.`,
        ),
      ].join("\n"),
  };
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorRegistry, text);
}
