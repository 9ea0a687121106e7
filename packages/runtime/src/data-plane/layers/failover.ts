/**
 * Failover layer: the next service to try when one was shed, or failed for lack of health on every attempt.
 *
 * Candidates are the `failover` list in order, then a `fallback` that is a service. Each is decided on its
 * own (its access list, its split, its breaker) within the first service's deadline; one that refuses or
 * sheds is passed over, and so the outcome that the caller sees is the last one that was really had. A list
 * is not followed through another's list, so there is no cycle to guard against.
 */
import { breakerEffect } from "@tulle/core/breaker";
import { outcomeTable } from "@tulle/core/outcome";
import type { Call } from "../call.ts";
import type { Engine } from "../engine.ts";
import { decideCall, isAwaited } from "./decision.ts";
import { isIdempotent } from "./retry.ts";

/** Turns the call to another service; false when there is none that may be tried. */
export function failOver<R>(engine: Engine, call: Call<R>): boolean {
  if (call.mode !== "enforce" || !isUnwell(call)) return false;
  const origin = engine.view?.table.services.get(call.spec.service);
  if (origin === undefined) return false;
  const { failover, fallback, backend } = origin.snapshot;
  const last = fallback?.kind === "service" ? fallback.service : null;
  while (call.substitutes < failover.length + (last === null ? 0 : 1)) {
    const name = failover[call.substitutes] ?? last!;
    const isFallback = call.substitutes >= failover.length;
    call.substitutes += 1;
    if (isFallback ? !isAwaited(call) : !isRepeatable(call)) continue;
    if (engine.view?.table.services.get(name)?.snapshot.backend.kind !== backend.kind) continue;
    const before = { ...call };
    call.service = name;
    call.retries = 0;
    decideCall(engine, call);
    if (call.target === null) {
      Object.assign(call, before, { substitutes: call.substitutes, target: null });
      continue;
    }
    if (isFallback && call.firstEdge !== null) call.firstEdge.fallbacks += 1;
    engine.count("failover");
    return true;
  }
  return false;
}

/** Whether the call was shed, or its last attempt says that the callee cannot serve, or not in time. */
export function isUnwell<R>({ decision, outcome, prepared, cutShort }: Call<R>): boolean {
  if (outcome === null) return decision.kind === "shed";
  if (cutShort) return true;
  if (prepared === null) return false;
  const effect = breakerEffect(prepared.snapshot.circuitBreaker, outcome);
  return effect === "bad" || effect === "overload";
}

function isRepeatable<R>(call: Call<R>): boolean {
  return call.outcome === null || outcomeTable[call.outcome].neverRan || isIdempotent(call);
}
