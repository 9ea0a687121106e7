import { sampleService } from "@tulle/testkit/mesh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, isRetryable, newRetryBudget, noteCall, takeRetry } from "./index.ts";

const policy = sampleService("x").retry;

describe("isRetryable", () => {
  it("repeats what certainly did not run, for any function", () => {
    expect(isRetryable(policy, "throttle", false)).toBe(true);
    expect(isRetryable(policy, "unreachable", false)).toBe(true);
  });

  it("repeats what may have run only for an idempotent function", () => {
    expect(isRetryable(policy, "timeout", false)).toBe(false);
    expect(isRetryable(policy, "timeout", true)).toBe(true);
    expect(isRetryable(policy, "connectionLost", false)).toBe(false);
  });

  it("repeats only what the policy names", () => {
    expect(isRetryable({ ...policy, on: ["timeout"] }, "throttle", true)).toBe(false);
    expect(isRetryable(policy, "functionError", true)).toBe(false);
    expect(isRetryable({ ...policy, on: ["functionError"] }, "functionError", true)).toBe(true);
  });

  it("never repeats an answer or a refusal", () => {
    for (const outcome of ["ok", "declaredError", "accessDenied", "badRequest", "aborted"] as const) {
      expect(isRetryable(policy, outcome, true)).toBe(false);
    }
  });
});

describe("backoffMs", () => {
  it("is full jitter under an exponential ceiling", () => {
    expect(backoffMs(policy, 1, 0)).toBe(0);
    expect(backoffMs(policy, 1, 0.999)).toBeLessThan(25);
    expect(backoffMs(policy, 3, 1)).toBe(100);
    expect(backoffMs(policy, 30, 1)).toBe(250);
  });
});

describe("the retry budget", () => {
  const budget = { percent: 20, minPerSecond: 1 };

  it("allows the floor without any calls, and no more", () => {
    const spent = newRetryBudget();
    const taken = Array.from({ length: 15 }, () => takeRetry(spent, budget, 0));
    expect(taken.filter(Boolean)).toHaveLength(10);
  });

  it("allows a share of the calls of the last ten seconds", () => {
    const spent = newRetryBudget();
    for (let i = 0; i < 1000; i++) noteCall(spent, 500);
    const taken = Array.from({ length: 300 }, () => takeRetry(spent, budget, 1500));
    expect(taken.filter(Boolean)).toHaveLength(200);
    expect(takeRetry(spent, budget, 60_000)).toBe(true);
  });

  it("never lets retries pass the larger of share and floor within its window", () => {
    const steps = fc.array(fc.record({ passMs: fc.nat(3000), call: fc.boolean() }), { maxLength: 400 });
    fc.assert(
      fc.property(steps, (trace) => {
        const spent = newRetryBudget();
        let nowMs = 1_000_000;
        for (const { passMs, call } of trace) {
          nowMs += passMs;
          if (call) noteCall(spent, nowMs);
          else if (takeRetry(spent, budget, nowMs)) {
            const calls = spent.calls.reduce((a, b) => a + b, 0);
            const retries = spent.retries.reduce((a, b) => a + b, 0);
            expect(retries).toBeLessThanOrEqual(Math.max(calls * 0.2, 10));
          }
        }
      }),
    );
  });
});
