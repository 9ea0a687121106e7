/**
 * What an outcome means, as one table: for the retry, for the breaker, for a rollout.
 *
 * A status code is not enough. Invoke answers 200 for every error that a function throws, and marks them all
 * `Unhandled`; a crash, a timeout and a thrown `TypeError` differ only in `errorType`. So the class is found
 * by the rules in `classify.ts`, and everything else follows from the class by looking it up here.
 *
 * Two columns are kept apart on purpose (correction K11 of the algorithms page). `breaker` asks: can the
 * callee serve at all? An error that the function's own code threw is an answer, so it does not open a
 * circuit (unless the service says `functionErrors: failure`). `rollout` asks: is this revision worse than
 * the other? There a thrown error is evidence.
 */

/** Effect on the circuit breaker; `overload` is no ill health but is kept apart for adaptive throttling. */
export type BreakerEffect = "good" | "bad" | "overload" | "ignored";

/** Effect on the comparison of two revisions. */
export type RolloutEffect = "good" | "bad" | "ignored";

export interface OutcomeRow {
  readonly breaker: BreakerEffect;
  readonly rollout: RolloutEffect;
  /** The word under `retry.on` that covers the class; null is never retried. */
  readonly retryOn: "throttle" | "timeout" | "unavailable" | "crash" | "functionError" | null;
  /** Whether the callee certainly did not run, so that repeating is safe for any function. */
  readonly neverRan: boolean;
  readonly meaning: string;
}

export type OutcomeClass =
  | "ok"
  | "functionError"
  | "declaredError"
  | "timeout"
  | "crash"
  | "initFailure"
  | "oversized"
  | "throttle"
  | "unavailable"
  | "notFound"
  | "accessDenied"
  | "badRequest"
  | "unreachable"
  | "connectionLost"
  | "aborted";

export const outcomeTable: Readonly<Record<OutcomeClass, OutcomeRow>> = {
  ok: row("good", "good", null, false, "the function answered"),
  functionError: row("good", "bad", "functionError", false, "the function's code threw an error"),
  declaredError: row("good", "good", null, false, "the function threw an error that its contract declares"),
  timeout: row("bad", "bad", "timeout", false, "no answer within the attempt's or the function's time"),
  crash: row("bad", "bad", "crash", false, "the process exited, was killed or ran out of memory"),
  initFailure: row("bad", "bad", "crash", true, "the code could not be loaded"),
  oversized: row("good", "bad", null, false, "the answer was larger than the platform carries"),
  throttle: row("overload", "ignored", "throttle", true, "the platform had no concurrency or rate left"),
  unavailable: row("bad", "ignored", "unavailable", false, "the platform answered with a fault of its own"),
  notFound: row("ignored", "ignored", null, true, "the target does not exist"),
  accessDenied: row("ignored", "ignored", null, true, "the platform refused the caller"),
  badRequest: row("ignored", "ignored", null, true, "the platform refused the request as malformed"),
  unreachable: row("bad", "ignored", "unavailable", true, "no connection could be made"),
  connectionLost: row("bad", "ignored", "unavailable", false, "the connection broke before the answer"),
  aborted: row("ignored", "ignored", null, false, "the caller gave up"),
};

function row(
  breaker: BreakerEffect,
  rollout: RolloutEffect,
  retryOn: OutcomeRow["retryOn"],
  neverRan: boolean,
  meaning: string,
): OutcomeRow {
  return { breaker, rollout, retryOn, neverRan, meaning };
}
