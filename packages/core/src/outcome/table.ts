/**
 * What an outcome means, as one table: for the retry, for the breaker, for a rollout.
 *
 * A status code is not enough. Invoke answers 200 for every error that a function throws, and marks them all
 * `Unhandled`; a crash, a timeout and a thrown `TypeError` differ only in `errorType`. So the class is found
 * by the rules in `classify.ts`, and everything else follows from the class by looking it up here. What each
 * class says in words stands in `docs/reference/outcomes.md`: this table is bundled into every function.
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
  ok: row("good", "good", null, false),
  functionError: row("good", "bad", "functionError", false),
  declaredError: row("good", "good", null, false),
  timeout: row("bad", "bad", "timeout", false),
  crash: row("bad", "bad", "crash", false),
  initFailure: row("bad", "bad", "crash", true),
  oversized: row("good", "bad", null, false),
  throttle: row("overload", "ignored", "throttle", true),
  unavailable: row("bad", "ignored", "unavailable", false),
  notFound: row("ignored", "ignored", null, true),
  accessDenied: row("ignored", "ignored", null, true),
  badRequest: row("ignored", "ignored", null, true),
  unreachable: row("bad", "ignored", "unavailable", true),
  connectionLost: row("bad", "ignored", "unavailable", false),
  aborted: row("ignored", "ignored", null, false),
};

function row(
  breaker: BreakerEffect,
  rollout: RolloutEffect,
  retryOn: OutcomeRow["retryOn"],
  neverRan: boolean,
): OutcomeRow {
  return { breaker, rollout, retryOn, neverRan };
}
