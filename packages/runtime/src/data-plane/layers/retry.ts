/**
 * Retry layer: whether an attempt is followed by another, and after how long.
 *
 * The mesh owns the retries of what it routes, so every reason not to retry stands here, cheapest first. An
 * asynchronous invocation may have been accepted whenever its outcome is in doubt, so it is repeated only
 * when the platform certainly did not take it.
 */
import { admit } from "@tulle/core/admission";
import { backoffMs, isRetryable, takeRetry } from "@tulle/core/retry";
import type { Call } from "../call.ts";
import type { Engine } from "../engine.ts";

export const STOP = -1;
/** Try again at once, after the snapshot was read again. */
export const REFRESH = -2;

/** Milliseconds to wait before the next attempt, `STOP` or `REFRESH`. */
export function retryDelayMs<R>(engine: Engine, call: Call<R>): number {
  const { mode, prepared, edge, outcome } = call;
  if (mode !== "enforce" || prepared === null || edge === null || outcome === null) return STOP;
  if (isTargetGone(call)) {
    if (call.refreshed) return STOP;
    call.refreshed = true;
    engine.count("targetNotFound");
    return REFRESH;
  }
  const policy = prepared.snapshot.retry;
  if (call.retries >= policy.attempts || !isRetryable(policy, outcome, isIdempotent(call))) return STOP;
  const { clock, random } = engine.ports;
  const nowMs = clock();
  call.nowMs = nowMs;
  if (admit(edge.breaker.plan, nowMs) !== "admitted") return STOP;
  const delayMs = Math.max(backoffMs(policy, call.retries + 1, random()), askedDelayMs(call));
  if (nowMs + delayMs >= call.deadlineMs) return STOP;
  if (!takeRetry(edge.budget, policy.budget, nowMs)) {
    engine.count("retryBudgetExhausted");
    return STOP;
  }
  call.retries += 1;
  edge.retries += 1;
  return delayMs;
}

/** What the callee asked for with `Retry-After`: coming earlier would be one more call in its way. */
function askedDelayMs<R>({ answer }: Call<R>): number {
  return answer?.result.kind === "answer" ? (answer.result.retryAfterMs ?? 0) : 0;
}

/** Whether the call may be made twice without harm. */
export function isIdempotent<R>({ spec, prepared }: Call<R>): boolean {
  if (spec.invocationType === "Event") return false;
  return spec.idempotent ?? prepared?.snapshot.idempotent ?? false;
}

/**
 * The platform's word that the function version or alias is not there; an HTTP service's 404 is its own
 * answer.
 */
function isTargetGone<R>({ target, answer }: Call<R>): boolean {
  const result = answer?.result;
  return (
    target?.kind === "function" &&
    result?.kind === "answer" &&
    result.errorCode === "ResourceNotFoundException"
  );
}
