/** Circuit breakers: producers of admission plans. */
export {
  type BreakerTransition,
  breakerEffect,
  claimProbe,
  type LocalBreaker,
  newLocalBreaker,
  recordOutcome,
} from "./local-breaker.ts";
