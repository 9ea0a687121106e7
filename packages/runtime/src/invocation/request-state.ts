/** State of the request being handled, in `AsyncLocalStorage`: one environment may handle many at a time. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestContext } from "@tulle/core/context";
import type { Ports } from "../data-plane/ports.ts";

export interface RequestState {
  readonly context: RequestContext;
  /** Value of the platform's trace header; null where there is none. */
  readonly platformTrace: string | null;
  /** Fires at the deadline; made when it is first asked for. */
  signal(): AbortSignal;
  /** Stops the deadline's timer. */
  end(): void;
}

export interface RequestScope {
  current(): RequestState | undefined;
  run<T>(state: RequestState, work: () => T): T;
}

export function createRequestScope(): RequestScope {
  const storage = new AsyncLocalStorage<RequestState>();
  return {
    current: () => storage.getStore(),
    run: (state, work) => storage.run(state, work),
  };
}

export function newRequestState(
  ports: Ports,
  context: RequestContext,
  platformTrace: string | null,
): RequestState {
  let controller: AbortController | null = null;
  let cancel: (() => void) | null = null;
  return {
    context,
    platformTrace,
    signal() {
      if (controller !== null) return controller.signal;
      const made = new AbortController();
      controller = made;
      if (context.deadlineMs !== null) {
        const expire = (): void => made.abort(new DOMException("the deadline passed", "TimeoutError"));
        const remainingMs = context.deadlineMs - ports.clock();
        if (remainingMs <= 0) expire();
        else if (remainingMs < LONGEST_TIMER_MS) cancel = ports.later(remainingMs, expire);
      }
      return made.signal;
    },
    end: () => cancel?.(),
  };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;
