/** Outermost layer: turns what the attempts left behind into the call's outcome, the configured value included. */
import { TulleError } from "@tulle/core/errors";
import type { OutcomeClass } from "@tulle/core/outcome";
import type { Call } from "../call.ts";
import type { CallOutcome } from "../data-plane.ts";
import type { Engine } from "../engine.ts";
import { isAwaited } from "./decision.ts";
import { isUnwell } from "./failover.ts";

export function settle<R>(engine: Engine, call: Call<R>): CallOutcome<R> {
  const outcome = fallbackOf(engine, call) ?? outcomeOf(engine, call);
  for (const hooks of engine.hooks) hooks.afterCall?.(call, outcome);
  return outcome;
}

function fallbackOf<R>(engine: Engine, call: Call<R>): CallOutcome<R> | null {
  if (call.outcome === "ok" || call.mode !== "enforce" || !isAwaited(call) || !isUnwell(call)) return null;
  const fallback = engine.view?.table.services.get(call.spec.service)?.snapshot.fallback;
  if (fallback?.kind !== "value") return null;
  if (call.edge !== null) {
    call.edge.fallbacks += 1;
    engine.touch(call.edge);
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
  const { outcome, spec, service } = call;
  if (outcome === "aborted") return spec.signal?.reason ?? call.answer?.cause;
  const code = codeOf(engine, call);
  return new TulleError(code, messages[code](engine.caller, service), {
    ...(call.answer?.cause !== undefined && { cause: call.answer.cause }),
    context: {
      caller: engine.caller,
      service,
      revision: call.revision?.name ?? null,
      attempts: call.attempts,
      snapshotVersion: engine.view?.table.snapshot.version ?? null,
    },
  });
}

type CallErrorCode = keyof typeof messages;

function codeOf<R>(
  engine: Engine,
  { decision, outcome, lastChance, prepared, attempts }: Call<R>,
): CallErrorCode {
  if (decision.refusal !== null && attempts === 0) return decision.refusal as CallErrorCode;
  if (prepared === null && attempts === 0) return engine.view === null ? "TULLE2011" : "TULLE2007";
  if (outcome === null || (outcome === "timeout" && lastChance)) return "TULLE2003";
  return codeByOutcome[outcome] ?? "TULLE2005";
}

const codeByOutcome: Partial<Record<OutcomeClass, CallErrorCode>> = { timeout: "TULLE2004" };

const messages = {
  TULLE2001: (caller: string, service: string) => `"${caller}" is not allowed to call "${service}"`,
  TULLE2002: (caller: string, service: string) => `the circuit from "${caller}" to "${service}" is open`,
  TULLE2003: (_: string, service: string) => `the deadline passed before "${service}" answered`,
  TULLE2004: (_: string, service: string) => `"${service}" did not answer in time`,
  TULLE2005: (_: string, service: string) => `the connection to "${service}" failed`,
  TULLE2006: (_: string, service: string) =>
    `the request's constellation has no "${service}" and does not fall through`,
  TULLE2007: (caller: string, service: string) => `"${service}" is not among the names that "${caller}" uses`,
  TULLE2011: (caller: string, service: string) =>
    `"${service}" cannot be found: "${caller}" has no snapshot of the mesh`,
} as const;
