import type { RetryPolicy } from "../model/index.ts";
import { type OutcomeClass, outcomeTable } from "../outcome/index.ts";

/**
 * Whether an attempt's outcome may be tried again under a policy: the policy names its class, and repeating
 * is safe because the callee is idempotent or certainly did not run.
 */
export function isRetryable(policy: RetryPolicy, outcome: OutcomeClass, idempotent: boolean): boolean {
  const row = outcomeTable[outcome];
  return row.retryOn !== null && policy.on.includes(row.retryOn) && (idempotent || row.neverRan);
}

/**
 * Milliseconds to wait before retry number `retry` (1 for the first), exponential with full jitter.
 * Source: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(policy: RetryPolicy, retry: number, random: number): number {
  const ceiling = Math.min(policy.backoff.maxMs, policy.backoff.baseMs * 2 ** (retry - 1));
  return ceiling * random;
}
