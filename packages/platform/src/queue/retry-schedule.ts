import type { QueuedEvent } from "./event.ts";

/**
 * When an asynchronous invocation is tried again, and when no more. Source: Lambda's asynchronous invocation
 * guide.
 */

/** How one attempt ended. */
export type AttemptOutcome =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed" }
  /** A concurrency limit turned it away, or the platform failed: the function did not run. */
  | { readonly kind: "throttled" }
  /** The function is gone, or it may not run at all. */
  | { readonly kind: "impossible"; readonly condition: "ZeroReservedConcurrency" | "FunctionNotFound" };

/** Why an event left the queue; destinations call it `condition`. */
export type SettledCondition =
  | "Success"
  | "RetriesExhausted"
  | "EventAgeExceeded"
  | "ZeroReservedConcurrency"
  | "FunctionNotFound";

export type NextStep =
  | { readonly kind: "settled"; readonly condition: SettledCondition }
  | { readonly kind: "again"; readonly event: QueuedEvent };

export interface RetryPolicy {
  /** Function errors that are followed by another attempt. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  /** Multiplies every wait. */
  readonly scale: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  maximumRetryAttempts: 2,
  maximumEventAgeMs: 6 * 3_600_000,
  scale: 1,
};

const failureWaitsMs: readonly number[] = [60_000, 120_000];
const firstThrottleWaitMs = 1_000;
const longestThrottleWaitMs = 300_000;

/** What happens to an event after an attempt that ended at `nowMs`. */
export function nextStep(
  event: QueuedEvent,
  outcome: AttemptOutcome,
  { nowMs, policy }: { readonly nowMs: number; readonly policy: RetryPolicy },
): NextStep {
  if (outcome.kind === "succeeded") return { kind: "settled", condition: "Success" };
  if (outcome.kind === "impossible") return { kind: "settled", condition: outcome.condition };
  const failed = outcome.kind === "failed";
  if (failed && event.failures >= policy.maximumRetryAttempts) {
    return { kind: "settled", condition: "RetriesExhausted" };
  }
  const waitMs = policy.scale * (failed ? failureWaitMs(event.failures) : throttleWaitMs(event.throttles));
  if (nowMs + waitMs - event.acceptedAtMs > policy.maximumEventAgeMs) {
    return { kind: "settled", condition: "EventAgeExceeded" };
  }
  return {
    kind: "again",
    event: {
      ...event,
      failures: event.failures + (failed ? 1 : 0),
      throttles: event.throttles + (failed ? 0 : 1),
      dueAtMs: nowMs + waitMs,
    },
  };
}

function failureWaitMs(failures: number): number {
  return failureWaitsMs[Math.min(failures, failureWaitsMs.length - 1)] ?? 0;
}

/** One second, doubled with every refusal in a row, at most five minutes. */
function throttleWaitMs(throttles: number): number {
  return Math.min(longestThrottleWaitMs, firstThrottleWaitMs * 2 ** Math.min(throttles, 30));
}
