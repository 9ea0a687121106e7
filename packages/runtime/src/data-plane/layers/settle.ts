/**
 * Outermost layer: turns what the attempts left behind into the call's outcome, the configured value
 * included.
 */
import type { Call } from "../call.ts";
import type { CallOutcome } from "../data-plane.ts";
import type { Engine } from "../engine.ts";
import { type RefusalCode, refusal } from "../refusal.ts";
import { isAwaited } from "./decision.ts";
import { isUnwell } from "./failover.ts";

export function settle<R>(engine: Engine, call: Call<R>): CallOutcome<R> {
  const outcome = (call.outcome === "ok" ? null : fallbackOf(engine, call)) ?? outcomeOf(engine, call);
  for (const hooks of engine.hooks) hooks.afterCall?.(call, outcome);
  return outcome;
}

function fallbackOf<R>(engine: Engine, call: Call<R>): CallOutcome<R> | null {
  if (call.mode !== "enforce" || !isAwaited(call) || !isUnwell(call)) return null;
  const fallback = engine.view?.table.services.get(call.spec.service)?.snapshot.fallback;
  if (fallback?.kind !== "value") return null;
  if (call.firstEdge !== null) {
    call.firstEdge.fallbacks += 1;
    engine.touch(call.firstEdge);
  }
  return { kind: "fallback", value: fallback.value, decision: call.decision };
}

function outcomeOf<R>(engine: Engine, call: Call<R>): CallOutcome<R> {
  const { answer, outcome, decision, attempts } = call;
  if (answer !== null && answer.response !== null && outcome !== null) {
    return { kind: "answer", response: answer.response, outcome, result: answer.result, decision, attempts };
  }
  return { kind: "failed", error: errorOf(engine, call), outcome, decision, attempts };
}

function errorOf<R>(engine: Engine, call: Call<R>): unknown {
  const { outcome, spec, service, answer, attempts, cutShort } = call;
  if (outcome === "aborted" && !cutShort) return spec.signal?.reason ?? answer?.cause;
  const { caller, view } = engine;
  const revision = call.revision?.name ?? null;
  const snapshotVersion = view?.table.snapshot.version ?? null;
  return refusal(
    codeOf(engine, call),
    { caller, service, revision, attempts, snapshotVersion },
    answer?.cause,
  );
}

function codeOf<R>(
  engine: Engine,
  { decision, outcome, lastChance, cutShort, prepared, attempts }: Call<R>,
): RefusalCode {
  if (decision.refusal !== null && attempts === 0) return decision.refusal as RefusalCode;
  if (prepared === null && attempts === 0) return engine.view === null ? "TULLE2011" : "TULLE2007";
  if (outcome === null || cutShort || (outcome === "timeout" && lastChance)) return "TULLE2003";
  if (outcome === "oversized") return "TULLE2009";
  return outcome === "timeout" ? "TULLE2004" : "TULLE2005";
}
