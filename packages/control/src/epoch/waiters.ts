import { TulleError } from "@tulle/core/errors";
import type { Sleep } from "@tulle/core/ports";

/**
 * Requests that wait for a version newer than the one they have.
 *
 * A publish wakes all of them in the same turn. Their number is bounded, because each holds a connection;
 * one that goes away is forgotten at once, and closing lets everybody go. One caller may hold a small part
 * of them, so that it cannot keep news from the others.
 */
export interface Waiters {
  /**
   * The newest version, as soon as it is above `after`, or after `waitMs`, or when `signal` aborts. Throws
   * TULLE4111.
   */
  wait(request: WaitRequest): Promise<number>;
  /** Wakes those for whom the version is news. */
  wake(): void;
  /** Lets everybody go and nobody wait any more. */
  close(): void;
  readonly size: number;
}

export interface WaitRequest {
  /** The caller that waits; none for the operator, whose share is not bounded. */
  readonly caller?: string | null;
  readonly after: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

export interface WaitersOptions {
  readonly version: () => number;
  readonly sleep: Sleep;
  readonly limit: number;
  readonly limitPerCaller: number;
}

export function createWaiters({ version, sleep, limit, limitPerCaller }: WaitersOptions): Waiters {
  const waiting = new Map<AbortController, number>();
  const perCaller = new Map<string | null, number>();
  let closed = false;

  function count(caller: string | null, change: 1 | -1): void {
    const now = (perCaller.get(caller) ?? 0) + change;
    if (now === 0) perCaller.delete(caller);
    else perCaller.set(caller, now);
  }

  async function wait({ caller = null, after, waitMs, signal }: WaitRequest): Promise<number> {
    if (closed || version() > after || waitMs <= 0 || signal?.aborted) return version();
    if (waiting.size >= limit) throw tooMany("", limit);
    if (caller !== null && (perCaller.get(caller) ?? 0) >= limitPerCaller)
      throw tooMany(` of ${caller}`, limitPerCaller);
    const woken = new AbortController();
    const leave = () => woken.abort();
    signal?.addEventListener("abort", leave);
    waiting.set(woken, after);
    count(caller, 1);
    try {
      await sleep(waitMs, woken.signal);
    } catch (error) {
      if (!woken.signal.aborted) throw error;
    } finally {
      waiting.delete(woken);
      count(caller, -1);
      signal?.removeEventListener("abort", leave);
    }
    return version();
  }

  return {
    wait,
    wake() {
      for (const [waiter, after] of waiting) if (version() > after) waiter.abort();
    },
    close() {
      closed = true;
      for (const waiter of waiting.keys()) waiter.abort();
    },
    get size() {
      return waiting.size;
    },
  };
}

function tooMany(whose: string, limit: number): TulleError {
  return new TulleError("TULLE4111", `${limit} requests${whose} are waiting already.`, {
    context: { limit },
  });
}
