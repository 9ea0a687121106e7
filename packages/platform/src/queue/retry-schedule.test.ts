import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QueuedEvent } from "./event.ts";
import { type AttemptOutcome, defaultRetryPolicy, nextStep } from "./retry-schedule.ts";

const event: QueuedEvent = {
  requestId: "r",
  functionName: "fn",
  qualifier: null,
  caller: "root",
  payload: "{}",
  traceId: "Root=1-0-0",
  acceptedAtMs: 0,
  failures: 0,
  throttles: 0,
  dueAtMs: 0,
};
const policy = defaultRetryPolicy;

describe("the retry schedule", () => {
  it("waits one minute, then two, then gives up", () => {
    const first = nextStep(event, { kind: "failed" }, { nowMs: 500, policy });
    expect(first).toMatchObject({ kind: "again", event: { failures: 1, dueAtMs: 60_500 } });
    const second = nextStep({ ...event, failures: 1 }, { kind: "failed" }, { nowMs: 60_600, policy });
    expect(second).toMatchObject({ kind: "again", event: { failures: 2, dueAtMs: 180_600 } });
    const third = nextStep({ ...event, failures: 2 }, { kind: "failed" }, { nowMs: 180_700, policy });
    expect(third).toEqual({ kind: "settled", condition: "RetriesExhausted" });
  });

  it("doubles the wait after a throttle up to five minutes and does not count it as an attempt", () => {
    const waits = [0, 1, 2, 8, 9, 40].map((throttles) => {
      const step = nextStep({ ...event, throttles }, { kind: "throttled" }, { nowMs: 0, policy });
      return step.kind === "again" ? [step.event.dueAtMs, step.event.failures] : step;
    });
    expect(waits).toEqual([
      [1_000, 0],
      [2_000, 0],
      [4_000, 0],
      [256_000, 0],
      [300_000, 0],
      [300_000, 0],
    ]);
  });

  it("settles what succeeded and what cannot run", () => {
    const at = { nowMs: 0, policy };
    expect(nextStep(event, { kind: "succeeded" }, at)).toEqual({ kind: "settled", condition: "Success" });
    const impossible: AttemptOutcome = { kind: "impossible", condition: "FunctionNotFound" };
    expect(nextStep(event, impossible, at)).toEqual({ kind: "settled", condition: "FunctionNotFound" });
  });

  it("ends every event within its age and with at most three failures", () => {
    const outcomes = fc.array(fc.constantFrom<AttemptOutcome>({ kind: "failed" }, { kind: "throttled" }), {
      minLength: 300,
      maxLength: 300,
    });
    fc.assert(
      fc.property(outcomes, (sequence) => {
        let current = event;
        for (const outcome of sequence) {
          const step = nextStep(current, outcome, { nowMs: current.dueAtMs, policy });
          if (step.kind === "settled") return;
          expect(step.event.dueAtMs).toBeGreaterThan(current.dueAtMs);
          expect(step.event.dueAtMs).toBeLessThanOrEqual(policy.maximumEventAgeMs);
          expect(step.event.failures).toBeLessThanOrEqual(policy.maximumRetryAttempts);
          current = step.event;
        }
        throw new Error("the event never settled");
      }),
    );
  });
});
