/**
 * Attempt layer: what one attempt may take, and what it carries; and the seam where an injected fault takes
 * its place.
 */

import { mergeClientContext } from "@tulle/aws/lambda";
import { encodeContext } from "@tulle/core/context";
import type { Call } from "../call.ts";
import type { Attempt, AttemptAnswer } from "../data-plane.ts";
import type { Engine } from "../engine.ts";
import { outgoingContext } from "./context.ts";
import { isAwaited } from "./decision.ts";

/** The next attempt, or null when there is no target, no time or nobody waiting. */
export function prepareAttempt<R>(engine: Engine, call: Call<R>): Attempt | null {
  const { spec, target } = call;
  if (target === null) return null;
  if (spec.signal?.aborted === true) {
    call.outcome = "aborted";
    call.answer = null;
    return null;
  }
  const remainingMs = call.deadlineMs - engine.ports.clock();
  if (remainingMs <= 0) {
    call.lastChance = true;
    return null;
  }
  call.lastChance = remainingMs <= call.attemptTimeoutMs;
  const context = call.mode === "enforce" ? outgoingContext(engine, call) : null;
  let clientContext = spec.clientContext ?? null;
  if (context !== null && target.kind === "function") {
    if (isAwaited(call)) {
      const merged = mergeClientContext(clientContext, { tulle: encodeContext(context) });
      clientContext = merged.value;
      if (merged.dropped !== null) engine.count("contextDropped");
    } else engine.count("contextDropped");
  }
  call.attempts += 1;
  return {
    service: call.service,
    target,
    payload: spec.payload,
    invocationType: spec.invocationType,
    logType: spec.logType ?? "None",
    clientContext,
    context,
    timeoutMs: call.lastChance ? remainingMs : call.attemptTimeoutMs,
    signal: spec.signal,
  };
}

export function injectedFault<R>(engine: Engine, call: Call<R>): AttemptAnswer<R> | undefined {
  for (const hooks of engine.hooks) {
    const fault = hooks.fault?.(call);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
