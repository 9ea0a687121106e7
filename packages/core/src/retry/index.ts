/** Retries: which outcomes may be tried again, how long to wait, and how many a caller may spend. */
export { newRetryBudget, noteCall, type RetryBudget, takeRetry } from "./budget.ts";
export { backoffMs, isRetryable } from "./retry.ts";
