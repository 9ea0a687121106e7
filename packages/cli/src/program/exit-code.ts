/**
 * Exit codes: what a script may rely on. The category of an error in the registry decides, so a new code
 * needs no entry here.
 */
import { type ErrorCategory, type ErrorCode, errorRegistry } from "@tulle/core/errors";

export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 8 | 130;

export const OK: ExitCode = 0;
export const FINDINGS: ExitCode = 3;
export const INTERRUPTED: ExitCode = 130;

const byCategory: Readonly<Record<ErrorCategory, ExitCode>> = {
  internal: 1,
  refused: 1,
  usage: 2,
  configuration: 3,
  "not-found": 4,
  denied: 5,
  unavailable: 6,
  conflict: 8,
};

/** The callee was reached and failed: for whoever called that is a failure, not an outage. */
const CALLEE_FAILED: ErrorCode = "TULLE2009";

export function exitCodeOf(code: ErrorCode): ExitCode {
  return code === CALLEE_FAILED ? 1 : byCategory[errorRegistry[code].category];
}
