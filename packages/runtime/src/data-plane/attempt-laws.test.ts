import { type AttemptResult, classify, outcomeTable } from "@tulle/core/outcome";
import { sampleMesh, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { seededRandom } from "@tulle/testkit/random";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createMesh } from "../mesh/create-mesh.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import type { Attempt, AttemptAnswer, Transport } from "./data-plane.ts";

/** One attempt as the world has it: what comes of it, and after how long. */
interface Fate {
  readonly result: AttemptResult;
  readonly tookMs: number;
}

interface Scenario {
  readonly fates: readonly Fate[];
  readonly invocationType: "RequestResponse" | "Event";
  readonly idempotent: boolean;
  readonly retries: number;
  readonly timeouts: { readonly requestMs: number; readonly backendRequestMs: number };
  readonly remainingMs: number;
  readonly seed: number;
}

interface Made {
  readonly attempt: Attempt;
  /** As the transport asked for them, while the attempt was being made. */
  readonly context: Attempt["context"];
  readonly clientContext: string | null;
  readonly atMs: number;
  readonly result: AttemptResult;
}

const START_MS = 1_700_000_000_000;
const answered = (status: number, errorCode = "", errorType = ""): AttemptResult => ({
  kind: "answer",
  status,
  errorCode,
  functionError: errorType !== "",
  errorType,
});

const fate: fc.Arbitrary<Fate> = fc.record({
  result: fc.constantFrom<AttemptResult>(
    answered(200),
    answered(429, "TooManyRequestsException"),
    answered(500, "ServiceException"),
    answered(404, "ResourceNotFoundException"),
    answered(200, "", "Runtime.ExitError"),
    answered(200, "", "TypeError"),
    { kind: "failure", reason: "unreachable" },
    { kind: "failure", reason: "connectionLost" },
  ),
  tookMs: fc.integer({ min: 0, max: 400 }),
});

const scenario: fc.Arbitrary<Scenario> = fc.record({
  fates: fc.array(fate, { minLength: 1, maxLength: 8 }),
  invocationType: fc.constantFrom("RequestResponse", "Event"),
  idempotent: fc.boolean(),
  retries: fc.integer({ min: 0, max: 5 }),
  timeouts: fc.record({
    requestMs: fc.integer({ min: 1, max: 2000 }),
    backendRequestMs: fc.integer({ min: 1, max: 500 }),
  }),
  remainingMs: fc.integer({ min: -10, max: 1500 }),
  seed: fc.integer({ min: 1 }),
});

/** Runs one call in virtual time: no socket, no timer, no clock of the machine. */
async function play(plan: Scenario): Promise<{ made: Made[]; endedAtMs: number }> {
  let nowMs = START_MS;
  const made: Made[] = [];
  const transport: Transport<WireResponse> = async (attempt): Promise<AttemptAnswer<WireResponse>> => {
    const { result, tookMs } = plan.fates[Math.min(made.length, plan.fates.length - 1)]!;
    const inTime = tookMs < attempt.timeoutMs;
    const what: AttemptResult = inTime ? result : { kind: "failure", reason: "timeout" };
    const { context, clientContext } = attempt;
    made.push({ attempt, context, clientContext, atMs: nowMs, result: what });
    nowMs += Math.min(tookMs, attempt.timeoutMs);
    const body = Buffer.from("null");
    return {
      result: what,
      response: what.kind === "answer" ? { status: what.status, headers: {}, body } : null,
    };
  };
  const navigator = sampleService("navigator", {
    idempotent: plan.idempotent,
    timeouts: plan.timeouts,
    retry: {
      attempts: plan.retries,
      on: ["throttle", "timeout", "unavailable", "crash", "functionError"],
      backoff: { baseMs: 20, maxMs: 200 },
      budget: { percent: 100, minPerSecond: 10 },
    },
  });
  const snapshot = sampleSnapshot(sampleMesh([navigator]));
  const mesh = createMesh({
    service: "dispatch",
    environment: {},
    transport,
    fetchSnapshot: async () => ({ kind: "snapshot", snapshot, tag: null }),
    ports: {
      clock: () => nowMs,
      monotonic: () => nowMs,
      random: seededRandom(plan.seed),
      sleep: async (ms) => {
        nowMs += ms;
      },
      later: () => () => {},
    },
  });
  await mesh.ready();
  const { invocationType } = plan;
  await mesh.within({ deadlineMs: START_MS + plan.remainingMs }, () =>
    mesh.call("navigator", "{}", { invocationType }),
  );
  return { made, endedAtMs: nowMs };
}

it("keeps calls and attempts within their deadlines, and repeats only what is safe", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (plan) => {
      const { made, endedAtMs } = await play(plan);
      const deadlineMs = START_MS + Math.min(plan.remainingMs, plan.timeouts.requestMs);
      expect(endedAtMs).toBeLessThanOrEqual(Math.max(deadlineMs, START_MS));
      // A target that is gone is tried once more besides what the policy allows.
      expect(made.length).toBeLessThanOrEqual(plan.retries + 2);
      for (const [number, { attempt, context, atMs }] of made.entries()) {
        expect(atMs).toBeLessThan(deadlineMs);
        expect(attempt.timeoutMs).toBeLessThanOrEqual(
          Math.min(plan.timeouts.backendRequestMs, deadlineMs - atMs),
        );
        expect(context).toMatchObject({ deadlineMs, attempt: number });
      }
      for (const { result } of made.slice(0, -1)) {
        const outcome = classify(result);
        const safe = plan.idempotent && plan.invocationType === "RequestResponse";
        expect(outcome).not.toBe("ok");
        expect(safe || outcomeTable[outcome].neverRan).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

it("makes the same call twice from the same seed", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (plan) => {
      expect(await play(plan)).toEqual(await play(plan));
    }),
    { numRuns: 50 },
  );
});
