import type { RetryPolicy } from "../model/index.ts";

/**
 * A retry budget over the last ten seconds: retries may add at most `percent` to the calls, and
 * `minPerSecond` always.
 *
 * A window of time and not a share of the calls in flight, because an environment that handles one request at
 * a time has no meaningful concurrency. Plain JSON that is changed in place (ADR 0003): it is touched on
 * every call.
 */
export interface RetryBudget {
  /**
   * Second that `calls[second % 10]` and `retries[second % 10]` belong to; older slots are cleared when
   * touched.
   */
  second: number;
  calls: number[];
  retries: number[];
}

const WINDOW_SECONDS = 10;

export function newRetryBudget(): RetryBudget {
  return { second: 0, calls: new Array(WINDOW_SECONDS).fill(0), retries: new Array(WINDOW_SECONDS).fill(0) };
}

/** Counts a first attempt. */
export function noteCall(budget: RetryBudget, nowMs: number): void {
  const slot = rotate(budget, nowMs);
  budget.calls[slot]! += 1;
}

/** Takes one retry out of the budget, or says that there is none left. */
export function takeRetry(budget: RetryBudget, policy: RetryPolicy["budget"], nowMs: number): boolean {
  const slot = rotate(budget, nowMs);
  const calls = sum(budget.calls);
  const allowed = Math.max((calls * policy.percent) / 100, policy.minPerSecond * WINDOW_SECONDS);
  if (sum(budget.retries) + 1 > allowed) return false;
  budget.retries[slot]! += 1;
  return true;
}

/** Clears the slots that the clock has passed; a clock that jumped back keeps writing to the newest slot. */
function rotate(budget: RetryBudget, nowMs: number): number {
  const second = Math.floor(nowMs / 1000);
  if (second > budget.second) {
    const passed = Math.min(second - budget.second, WINDOW_SECONDS);
    for (let i = 1; i <= passed; i++) {
      const slot = (budget.second + i) % WINDOW_SECONDS;
      budget.calls[slot] = 0;
      budget.retries[slot] = 0;
    }
    budget.second = second;
  }
  return budget.second % WINDOW_SECONDS;
}

function sum(slots: readonly number[]): number {
  let total = 0;
  for (const slot of slots) total += slot;
  return total;
}
