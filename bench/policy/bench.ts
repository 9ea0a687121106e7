/** What the mesh's policy costs a call, beside other libraries' policies. See README.md beside this file. */

import { newLocalBreaker, recordOutcome } from "@tulle/core/breaker";
import { classify } from "@tulle/core/outcome";
import { newRetryBudget, noteCall } from "@tulle/core/retry";
import { decide, prepareTable } from "@tulle/core/routing";
import { newHistogram, record } from "@tulle/core/telemetry";
import { type CallSpec, createMesh, type Transport } from "@tulle/runtime";
import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import {
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import CircuitBreaker from "opossum";
import { type Candidate, measure, table } from "../measure.ts";

const SERVICES = 1000;
const CALLED = 20;
const CALLER = "dispatch";
const revisions = [sampleRevision("stable", { weight: 9000 }), sampleRevision("canary", { weight: 1000 })];
const services = Array.from({ length: SERVICES }, (_, i) => sampleService(`service-${i}`, { revisions }));
const snapshot = sampleSnapshot(sampleMesh(services));
/** What one function calls, out of all there is. */
const names = services.filter((_, i) => i % (SERVICES / CALLED) === 0).map(({ name }) => name);

const mesh = createMesh({
  service: CALLER,
  environment: {},
  fetchSnapshot: async () => ({ kind: "snapshot", snapshot, tag: null }),
});
await mesh.ready();

const result = { kind: "answer", status: 200, errorCode: "", functionError: false, errorType: "" } as const;
const answer = { result, response: 1 };
const transport: Transport<number> = () => Promise.resolve(answer);
const specs: readonly CallSpec<number>[] = names.map((service) => ({
  service,
  payload: "{}",
  invocationType: "RequestResponse",
  transport,
  original: null,
}));
const request = { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`, key: "robot-7" };

/** The layers that decide and book, without what is asynchronous around them. */
function synchronous(): (times: number) => void {
  const routing = prepareTable(snapshot, CALLER);
  const state = { plans: [] };
  const context = { ...mesh.context(), ...request };
  const newEdge = () => ({
    breaker: newLocalBreaker(),
    budget: newRetryBudget(),
    latency: newHistogram(),
    outcomes: { ok: 0 } as Record<string, number>,
  });
  const edges: ReturnType<typeof newEdge>[] = [];
  return (times) => {
    for (let i = 0; i < times; i++) {
      const nowMs = Date.now();
      const service = names[i % CALLED]!;
      const decision = decide(routing, state, { service, context, key: null }, nowMs, 0.5);
      const { index } = decision.revision!.edge;
      edges[index] ??= newEdge();
      const edge = edges[index];
      noteCall(edge.budget, nowMs);
      if (nowMs >= decision.deadlineMs) throw new Error("late");
      const outcome = classify(result);
      edge.outcomes[outcome]! += 1;
      record(edge.latency, Date.now() - nowMs + 1);
      const policy = decision.service!.snapshot.circuitBreaker;
      recordOutcome(edge.breaker, policy, outcome, { probe: false, nowMs });
    }
  };
}

const work = (): Promise<number> => Promise.resolve(1);

function repeat(name: string, once: (i: number) => Promise<unknown>): Candidate {
  return {
    name,
    run: async (times) => {
      for (let i = 0; i < times; i++) await once(i);
    },
  };
}

const sampling = new SamplingBreaker({ threshold: 0.5, duration: 10_000 });
const breaker = circuitBreaker(handleAll, { halfOpenAfter: 5000, breaker: sampling });
const wrapped = wrap(
  retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
  circuitBreaker(handleAll, {
    halfOpenAfter: 5000,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000 }),
  }),
  timeout(1000, TimeoutStrategy.Cooperative),
);
const opossum = new CircuitBreaker(work, { timeout: false, errorThresholdPercentage: 50 });
const opossumTimed = new CircuitBreaker(work, { timeout: 1000, errorThresholdPercentage: 50 });

const { plane } = mesh;
const through: Candidate = {
  name: "Tulle: a call through every layer",
  run: (times) =>
    mesh.within(request, async () => {
      for (let i = 0; i < times; i++) await plane.call(specs[i % CALLED]!);
    }),
};

const timings = await measure(
  [
    through,
    { name: "Tulle: the synchronous policy alone", run: synchronous() },
    repeat("cockatiel: sampling breaker", () => breaker.execute(work)),
    repeat("cockatiel: retry, sampling breaker and timeout", () => wrapped.execute(work)),
    repeat("opossum: breaker", () => opossum.fire()),
    repeat("opossum: breaker and timeout", () => opossumTimed.fire()),
    repeat("an awaited function and nothing else", work),
  ],
  { times: 100_000 },
);
console.log(table(timings));
process.exit();
