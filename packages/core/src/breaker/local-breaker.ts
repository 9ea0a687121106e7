import type { AdmissionPlan } from "../admission/index.ts";
import type { CircuitBreakerPolicy } from "../model/index.ts";
import { type BreakerEffect, type OutcomeClass, outcomeTable } from "../outcome/index.ts";

/**
 * A circuit breaker of one environment: failure ratio over a sliding window, recovery by one probe at a time.
 *
 * It is one producer of admission plans; the fleet breaker is another. The window is ten slots addressed by
 * time, so that a freeze of an hour empties it when it is next touched instead of counting failures that are
 * an hour old. Plain JSON that is changed in place (ADR 0003); nobody but the owner of the edge touches it.
 */
export interface LocalBreaker {
  generation: number;
  /** Number of the newest slot; a slot is a tenth of the sampling duration. */
  slot: number;
  good: number[];
  bad: number[];
  plan: AdmissionPlan | undefined;
}

const SLOTS = 10;

export function newLocalBreaker(): LocalBreaker {
  return { generation: 0, slot: 0, good: zeros(), bad: zeros(), plan: undefined };
}

/** What a finished call changed, for the event log; null where nothing changed. */
export type BreakerTransition = "opened" | "reopened" | "closed" | null;

/** Books an outcome and moves the circuit. `probe` says that the call went out as the plan's probe. */
export function recordOutcome(
  breaker: LocalBreaker,
  policy: CircuitBreakerPolicy,
  outcome: OutcomeClass,
  call: { readonly probe: boolean; readonly nowMs: number },
): BreakerTransition {
  const effect = breakerEffect(policy, outcome);
  if (breaker.plan !== undefined) {
    if (!call.probe || effect === "ignored") return null;
    return effect === "good" ? close(breaker, call.nowMs, policy) : reopen(breaker, policy, call.nowMs);
  }
  if (effect === "ignored" || effect === "overload") return null;
  const slot = rotate(breaker, policy, call.nowMs);
  if (effect === "good") {
    breaker.good[slot]! += 1;
    return null;
  }
  breaker.bad[slot]! += 1;
  const bad = sum(breaker.bad);
  const total = bad + sum(breaker.good);
  if (total < policy.minimumThroughput || bad < policy.failureRatio * total) return null;
  open(breaker, policy, call.nowMs);
  return "opened";
}

/**
 * Takes the probe, so that no second one goes out until the lease is over. Call it in the same turn as
 * `decide`.
 */
export function claimProbe(breaker: LocalBreaker, nowMs: number, leaseMs: number): void {
  if (breaker.plan === undefined) return;
  breaker.plan = { ...breaker.plan, probeAtMs: nowMs + leaseMs };
}

/** What an outcome says about the callee's health under a service's policy. */
export function breakerEffect(policy: CircuitBreakerPolicy, outcome: OutcomeClass): BreakerEffect {
  if (outcome === "functionError" && policy.functionErrors === "failure") return "bad";
  return outcomeTable[outcome].breaker;
}

function open(breaker: LocalBreaker, policy: CircuitBreakerPolicy, nowMs: number): void {
  breaker.generation += 1;
  breaker.plan = {
    kind: "open",
    generation: breaker.generation,
    sinceMs: nowMs,
    probeAtMs: nowMs + policy.recoveryTimeoutMs,
  };
}

function reopen(breaker: LocalBreaker, policy: CircuitBreakerPolicy, nowMs: number): BreakerTransition {
  open(breaker, policy, nowMs);
  return "reopened";
}

function close(breaker: LocalBreaker, nowMs: number, policy: CircuitBreakerPolicy): BreakerTransition {
  breaker.generation += 1;
  breaker.plan = undefined;
  breaker.good = zeros();
  breaker.bad = zeros();
  rotate(breaker, policy, nowMs);
  return "closed";
}

/** Clears the slots that time has passed; a clock that jumped back keeps writing to the newest slot. */
function rotate(breaker: LocalBreaker, policy: CircuitBreakerPolicy, nowMs: number): number {
  const now = Math.floor((nowMs * SLOTS) / policy.samplingDurationMs);
  if (now > breaker.slot) {
    const passed = Math.min(now - breaker.slot, SLOTS);
    for (let i = 1; i <= passed; i++) {
      breaker.good[(breaker.slot + i) % SLOTS] = 0;
      breaker.bad[(breaker.slot + i) % SLOTS] = 0;
    }
    breaker.slot = now;
  }
  return breaker.slot % SLOTS;
}

function zeros(): number[] {
  return new Array<number>(SLOTS).fill(0);
}

function sum(slots: readonly number[]): number {
  let total = 0;
  for (const slot of slots) total += slot;
  return total;
}
