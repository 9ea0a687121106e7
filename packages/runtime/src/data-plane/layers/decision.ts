/**
 * Decision layer: access, deadline, constellation, match, split and admission are core's one pure function;
 * here its answer becomes a target, or none.
 *
 * Only calls that wait for an answer pass the admission: an asynchronous invocation is buffered by the
 * platform's queue for hours, so an open circuit is no reason to lose it, and a dry run asks only for
 * permission. Neither tells the breaker anything about the callee.
 */
import { claimProbe } from "@tulle/core/breaker";
import { noteCall } from "@tulle/core/retry";
import { type CallRequest, type Decision, decide, type LocalState } from "@tulle/core/routing";
import type { Call } from "../call.ts";
import type { CallTarget } from "../data-plane.ts";
import type { EdgeState } from "../edges.ts";
import type { Engine } from "../engine.ts";
import { edgeStateOf, lower, primaryRevision, targetInView, targetOf, type View } from "../view.ts";

/** Decides for `call.service` and sets the target; leaves the target null when the call may not go out. */
export function decideCall<R>(engine: Engine, call: Call<R>): void {
  const { view } = engine;
  const prepared = view?.table.services.get(call.service);
  call.target = null;
  if (view === null || prepared === undefined) {
    call.target = call.spec.original;
    return;
  }
  call.prepared = prepared;
  call.mode = lower(view.mode, prepared.mode);
  if (call.mode === "off") {
    call.target = call.spec.original ?? targetOf(prepared, primaryRevision(prepared));
    return;
  }
  const nowMs = engine.ports.clock();
  call.nowMs = nowMs;
  call.decision = draw(engine, call, view, nowMs);
  if (call.mode === "observe") observe(engine, call, view);
  else enforce(engine, call, view);
  call.firstEdge ??= call.edge;
  if (call.edge === null) return;
  if (call.target !== null) {
    noteCall(call.edge.budget, nowMs);
    if (call.probe) {
      claimProbe(
        call.edge.breaker,
        nowMs,
        Math.min(call.decision.attemptTimeoutMs, call.decision.deadlineMs - nowMs),
      );
      publishPlan(view, call);
    }
    for (const hooks of engine.hooks) hooks.beforeCall?.(call);
  }
}

/** Makes the state of a breaker what the next decision reads. */
export function publishPlan<R>(view: View | null, { edge }: Call<R>): void {
  if (view !== null && edge !== null && edge.index >= 0) view.plans[edge.index] = edge.breaker.plan;
}

/** Whether a call waits for the function's own answer. */
export function isAwaited<R>({ spec }: Call<R>): boolean {
  return spec.invocationType === "RequestResponse";
}

const closed: LocalState = { plans: [] };

function draw<R>(engine: Engine, call: Call<R>, view: View, nowMs: number): Decision {
  const { random: nextRandom } = engine.ports;
  const request = requestOf(call);
  const random = nextRandom();
  const decision = decide(view.table, isAwaited(call) ? view : closed, request, nowMs, random);
  engine.onDecision?.(view.table, request, decision, { nowMs, random });
  return decision;
}

function requestOf<R>({ spec, service, context, deadlineMs, prepared }: Call<R>): CallRequest {
  const request = { service, context, key: spec.key ?? null };
  // A second decision within a call, after a refresh or a failover, has the time that the first one gave.
  if (deadlineMs < (context.deadlineMs ?? Number.POSITIVE_INFINITY))
    request.context = { ...context, deadlineMs };
  if (prepared?.stickiness.kind !== "payload") return request;
  return { ...request, payloadField: (field) => payloadField(spec.payload, field) };
}

function enforce<R>(engine: Engine, call: Call<R>, view: View): void {
  const { decision } = call;
  const { service, revision } = decision;
  call.revision = revision;
  call.edge = revision === null ? null : edgeStateOf(engine.edges, view, revision.edge);
  call.probe = decision.admission === "probe";
  if (decision.kind === "route" && service !== null && revision !== null) {
    call.target = targetInView(view, service, revision);
    call.deadlineMs = decision.deadlineMs;
    call.attemptTimeoutMs = decision.attemptTimeoutMs;
  } else if (decision.refusal !== null) {
    const { refusals } = bookRefusal(engine, call, view);
    refusals[decision.refusal] = (refusals[decision.refusal] ?? 0) + 1;
  }
}

/** What was refused before a revision was chosen is booked under revision `-`. */
function bookRefusal<R>(engine: Engine, { edge, service }: Call<R>, view: View): EdgeState {
  const { caller } = engine;
  const unrouted = { index: -1, key: `${caller}>${service}@-`, caller, service, revision: "-" };
  const state = edge ?? edgeStateOf(engine.edges, view, unrouted);
  engine.touch(state);
  return state;
}

/** The call goes where it would have gone; what happens is booked on the edge that this place belongs to. */
function observe<R>(engine: Engine, call: Call<R>, view: View): void {
  const prepared = call.prepared!;
  const { original } = call.spec;
  const revision =
    (original && prepared.revisions.find((one) => isSame(original, targetOf(prepared, one)))) ??
    primaryRevision(prepared);
  call.revision = revision;
  call.edge = edgeStateOf(engine.edges, view, revision.edge);
  call.target = original ?? targetOf(prepared, revision);
  call.probe = call.decision.admission === "probe" && call.decision.revision === revision;
}

function isSame(a: CallTarget, b: CallTarget): boolean {
  if (a.kind === "http") return b.kind === "http" && a.url === b.url;
  return b.kind === "function" && a.functionName === b.functionName && a.qualifier === b.qualifier;
}

/** Top-level string or number of a JSON payload; null for anything else. */
function payloadField(payload: Uint8Array | string, field: string): string | null {
  try {
    const text = typeof payload === "string" ? payload : Buffer.from(payload).toString();
    const value: unknown = JSON.parse(text)?.[field];
    return typeof value === "string" ? value : typeof value === "number" ? String(value) : null;
  } catch {
    return null;
  }
}
