/**
 * Attempt layer: what one attempt may take, and what it carries; and the seam where an injected fault takes
 * its place.
 */
import { mergeClientContext } from "@tulle/aws/lambda";
import { type RequestContext, spellContext } from "@tulle/core/context";
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
  const remainingMs = call.deadlineMs - call.nowMs;
  call.lastChance = remainingMs <= call.attemptTimeoutMs;
  if (remainingMs <= 0) return null;
  call.limitMs = call.lastChance ? remainingMs : call.attemptTimeoutMs;
  call.attempts += 1;
  return new PreparedAttempt(engine, call, target);
}

export function injectedFault<R>(engine: Engine, call: Call<R>): AttemptAnswer<R> | undefined {
  for (const hooks of engine.hooks) {
    const fault = hooks.fault?.(call);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What is carried is spelled when the transport asks for it: each asks for one form, and some for none. */
class PreparedAttempt<R> implements Attempt {
  readonly service: string;
  readonly target: Attempt["target"];
  readonly payload: Attempt["payload"];
  readonly invocationType: Attempt["invocationType"];
  readonly logType: Attempt["logType"];
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly #engine: Engine;
  readonly #call: Call<R>;
  readonly #number: number;
  #context: RequestContext | null | undefined;
  #clientContext: string | null | undefined;

  constructor(engine: Engine, call: Call<R>, target: Attempt["target"]) {
    const { spec } = call;
    this.service = call.service;
    this.target = target;
    this.payload = spec.payload;
    this.invocationType = spec.invocationType;
    this.logType = spec.logType ?? "None";
    this.timeoutMs = call.limitMs;
    this.signal = spec.signal;
    this.#engine = engine;
    this.#call = call;
    this.#number = call.attempts - 1;
  }

  get context(): RequestContext | null {
    if (this.#context === undefined)
      this.#context =
        this.#call.mode === "enforce" ? outgoingContext(this.#engine, this.#call, this.#number) : null;
    return this.#context;
  }

  get clientContext(): string | null {
    if (this.#clientContext === undefined) this.#clientContext = this.#spell();
    return this.#clientContext;
  }

  #spell(): string | null {
    const given = this.#call.spec.clientContext ?? null;
    if (this.target.kind !== "function" || this.#call.mode !== "enforce") return given;
    const merged = isAwaited(this.#call) ? mergeClientContext(given, spellContext(this.context!)) : null;
    if (merged === null || merged.dropped !== null) this.#engine.count("contextDropped");
    return merged === null ? given : merged.value;
  }
}
