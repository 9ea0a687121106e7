/** Classify and record layers: names what came of an attempt, and books it on its edge. */
import { recordOutcome } from "@tulle/core/breaker";
import { classify } from "@tulle/core/outcome";
import { record } from "@tulle/core/telemetry";
import type { Call } from "../call.ts";
import type { Engine } from "../engine.ts";
import { isAwaited, publishPlan } from "./decision.ts";

export function recordAttempt<R>(engine: Engine, call: Call<R>, durationMs: number): void {
  const { result } = call.answer!;
  let outcome = classify(result);
  call.cutShort = outcome === "timeout" && result.kind === "failure" && call.limitMs < call.attemptTimeoutMs;
  // The callee was not given the time that an answer may take: no word against it.
  if (call.cutShort) outcome = "aborted";
  call.outcome = outcome;
  // A clock is read where time decides something: booking is content with the sum.
  call.nowMs += durationMs;
  const { edge, prepared } = call;
  if (edge === null || prepared === null) return;
  edge.outcomes[outcome] = (edge.outcomes[outcome] ?? 0) + 1;
  record(edge.latency, durationMs);
  engine.touch(edge);
  const policy = prepared.snapshot.circuitBreaker;
  if (policy.scope !== "off" && isAwaited(call)) {
    const atMs = call.nowMs;
    const transition = recordOutcome(edge.breaker, policy, outcome, { probe: call.probe, nowMs: atMs });
    call.probe = false;
    if (transition !== null) {
      publishPlan(engine.view, call);
      engine.event({ service: edge.service, revision: edge.revision, transition, atMs });
    }
  }
  for (const hooks of engine.hooks) hooks.afterAttempt?.(call);
}
