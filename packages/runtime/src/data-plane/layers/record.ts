/** Classify and record layers: names what came of an attempt, and books it on its edge. */
import { recordOutcome } from "@tulle/core/breaker";
import { classify } from "@tulle/core/outcome";
import { record } from "@tulle/core/telemetry";
import type { Call } from "../call.ts";
import type { Engine } from "../engine.ts";
import { isAwaited, publishPlan } from "./decision.ts";

export function recordAttempt<R>(engine: Engine, call: Call<R>, durationMs: number): void {
  const outcome = classify(call.answer!.result);
  call.outcome = outcome;
  const { edge, prepared } = call;
  if (edge === null || prepared === null) return;
  edge.outcomes[outcome] = (edge.outcomes[outcome] ?? 0) + 1;
  record(edge.latency, durationMs);
  engine.touch(edge);
  const policy = prepared.snapshot.circuitBreaker;
  if (policy.scope !== "off" && isAwaited(call)) {
    const atMs = engine.ports.clock();
    const transition = recordOutcome(edge.breaker, policy, outcome, { probe: call.probe, nowMs: atMs });
    call.probe = false;
    if (transition !== null) {
      publishPlan(engine.view, call);
      engine.event({ service: edge.service, revision: edge.revision, transition, atMs });
    }
  }
  for (const hooks of engine.hooks) hooks.afterAttempt?.(call);
}
