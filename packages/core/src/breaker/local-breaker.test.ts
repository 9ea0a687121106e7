import { sampleService } from "@tulle/testkit/mesh";
import { describe, expect, it } from "vitest";
import { admit } from "../admission/index.ts";
import type { OutcomeClass } from "../outcome/index.ts";
import { claimProbe, type LocalBreaker, newLocalBreaker, recordOutcome } from "./index.ts";

// Opens at half of at least 4 calls within 10 s; recovers after 5 s.
const policy = sampleService("x").circuitBreaker;

function feed(breaker: LocalBreaker, outcomes: readonly OutcomeClass[], nowMs: number) {
  return outcomes.map((outcome) => recordOutcome(breaker, policy, outcome, { probe: false, nowMs }));
}

function opened(atMs = 0): LocalBreaker {
  const breaker = newLocalBreaker();
  feed(breaker, ["timeout", "timeout", "timeout", "timeout"], atMs);
  return breaker;
}

describe("the local circuit breaker", () => {
  it("opens when the ratio is reached and enough calls were seen", () => {
    const breaker = newLocalBreaker();
    expect(feed(breaker, ["timeout", "timeout", "timeout", "ok"], 0)).toEqual([null, null, null, null]);
    expect(feed(breaker, ["timeout"], 0)).toEqual(["opened"]);
  });

  it("stays closed below the ratio", () => {
    const breaker = newLocalBreaker();
    feed(breaker, ["ok", "ok", "ok", "ok", "ok", "timeout", "timeout", "timeout"], 0);
    expect(breaker.plan).toBeUndefined();
  });

  it("does not count throttles, refusals or the function's own errors as ill health", () => {
    const breaker = newLocalBreaker();
    feed(breaker, ["throttle", "functionError", "accessDenied", "notFound", "aborted", "badRequest"], 0);
    feed(breaker, ["throttle", "functionError", "accessDenied", "notFound", "aborted", "badRequest"], 0);
    expect(breaker.plan).toBeUndefined();
  });

  it("counts the function's own errors when the service says so", () => {
    const breaker = newLocalBreaker();
    const strict = { ...policy, functionErrors: "failure" } as const;
    for (let i = 0; i < 4; i++) recordOutcome(breaker, strict, "functionError", { probe: false, nowMs: 0 });
    expect(breaker.plan).toBeDefined();
  });

  it("forgets failures older than the sampling duration, however long the freeze was", () => {
    const breaker = newLocalBreaker();
    feed(breaker, ["timeout", "timeout", "timeout"], 0);
    expect(feed(breaker, ["timeout"], 3_600_000)).toEqual([null]);
    feed(breaker, ["timeout", "timeout"], 3_600_000);
    expect(breaker.plan).toBeUndefined();
  });

  it("survives a clock that jumps back", () => {
    const breaker = newLocalBreaker();
    feed(breaker, ["timeout", "timeout"], 100_000);
    expect(feed(breaker, ["timeout", "timeout"], 5_000)).toEqual([null, "opened"]);
  });

  it("lets one probe out after the recovery time, and no second before its lease is over", () => {
    const breaker = opened();
    expect(admit(breaker.plan, 4999)).toBe("shed");
    expect(admit(breaker.plan, 5000)).toBe("probe");
    claimProbe(breaker, 5000, 1000);
    expect(admit(breaker.plan, 5999)).toBe("shed");
    expect(admit(breaker.plan, 6000)).toBe("probe");
  });

  it("closes on a good probe and starts with an empty window", () => {
    const breaker = opened();
    expect(recordOutcome(breaker, policy, "ok", { probe: true, nowMs: 5000 })).toBe("closed");
    expect(breaker.plan).toBeUndefined();
    expect(feed(breaker, ["timeout", "timeout", "timeout"], 5001)).toEqual([null, null, null]);
  });

  it("opens again on a bad probe, with a higher generation", () => {
    const breaker = opened();
    expect(recordOutcome(breaker, policy, "timeout", { probe: true, nowMs: 5000 })).toBe("reopened");
    expect(breaker.plan).toMatchObject({ generation: 2, probeAtMs: 10_000 });
  });

  it("ignores late outcomes of calls that were admitted before it opened", () => {
    const breaker = opened();
    expect(feed(breaker, ["ok", "timeout"], 100)).toEqual([null, null]);
    expect(breaker.plan).toMatchObject({ generation: 1 });
  });

  it("survives a trip through JSON", () => {
    const breaker = JSON.parse(JSON.stringify(opened())) as LocalBreaker;
    expect(admit(breaker.plan, 0)).toBe("shed");
  });
});
