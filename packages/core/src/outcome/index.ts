/** What came of an attempt, and what that means for retries, breakers and rollouts. */
export { type AttemptResult, classify, type FailureReason } from "./classify.ts";
export {
  type BreakerEffect,
  type OutcomeClass,
  type OutcomeRow,
  outcomeTable,
  type RolloutEffect,
} from "./table.ts";
