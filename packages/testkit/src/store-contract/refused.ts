/** Asserts that an operation is refused with one code. */
import { equal, fail } from "node:assert/strict";
import { type ErrorCode, isTulleError } from "@tulle/core/errors";

export async function refused(code: ErrorCode, operation: () => Promise<unknown>): Promise<void> {
  let thrown: unknown;
  try {
    await operation();
  } catch (error) {
    thrown = error;
  }
  if (thrown === undefined) fail(`expected ${code}, but the operation was carried out`);
  if (!isTulleError(thrown)) throw thrown;
  equal(thrown.code, code, thrown.message);
}
