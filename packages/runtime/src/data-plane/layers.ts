/**
 * The layers of a call, outermost first. This file is the order; each layer is a file of its own in
 * `layers/`.
 *
 *   context     what travels with the request, and a trace where there is none        enterCall
 *   fallback    the configured value in place of a call that ends for lack of health  settle
 *   failover    the next service, when this one cannot serve                          failOver
 *   decision    access, deadline, constellation, match, split, admission              decideCall
 *   retry       further attempts: class, idempotency, circuit, deadline, budget       retryDelayMs
 *   attempt     per-attempt deadline, outgoing context                                prepareAttempt
 *   faults      an injected answer instead of the callee's                            injectedFault
 *   transport   one attempt on the wire                                               spec.transport
 *   classify    what came of it                                                       recordAttempt
 *   record      breaker, histogram, counters, events                                  recordAttempt
 *   mirror      a finished call is shown to whoever listens                           settle
 *
 * One asynchronous function with synchronous layers in it, rather than functions wrapped in functions: the
 * layers together take a quarter of a microsecond, and each wrapper would add a promise to that. The state of
 * a call is one object that the layers fill in; per-edge state is touched in the same turn in which it was
 * read.
 */
import type { CallOutcome, CallSpec } from "./data-plane.ts";
import type { Engine } from "./engine.ts";
import { injectedFault, prepareAttempt } from "./layers/attempt.ts";
import { enterCall } from "./layers/context.ts";
import { decideCall } from "./layers/decision.ts";
import { failOver } from "./layers/failover.ts";
import { recordAttempt } from "./layers/record.ts";
import { REFRESH, retryDelayMs, STOP } from "./layers/retry.ts";
import { settle } from "./layers/settle.ts";

/** How long a call whose target is gone may wait for a newer snapshot. */
const REFRESH_BOUND_MS = 1000;

export async function runCall<R>(engine: Engine, spec: CallSpec<R>): Promise<CallOutcome<R>> {
  const { clock, monotonic, sleep } = engine.ports;
  const call = enterCall(engine, spec);
  decideCall(engine, call);
  do {
    for (;;) {
      const attempt = prepareAttempt(engine, call);
      if (attempt === null) break;
      const startedMs = monotonic();
      call.answer = injectedFault(engine, call) ?? (await spec.transport(attempt));
      recordAttempt(engine, call, monotonic() - startedMs);
      if (call.outcome === "ok") return settle(engine, call);
      const delayMs = retryDelayMs(engine, call);
      if (delayMs === STOP) break;
      if (delayMs === REFRESH) {
        await engine.refresh(Math.min(REFRESH_BOUND_MS, call.deadlineMs - clock()));
        decideCall(engine, call);
      } else if (delayMs > 0) {
        await sleep(delayMs, spec.signal).catch(wokenByAbort);
        call.nowMs = clock();
      }
    }
  } while (failOver(engine, call));
  return settle(engine, call);
}

/** The next look at the signal finds out. */
function wokenByAbort(): void {}
