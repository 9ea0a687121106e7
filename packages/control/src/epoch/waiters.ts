import { TulleError } from "@tulle/core/errors";
import type { Sleep } from "@tulle/core/ports";

/**
 * Requests that wait for a version newer than the one they have.
 *
 * A publish wakes all of them in the same turn. Their number is bounded, because each holds a connection;
 * one that goes away is forgotten at once, and closing lets everybody go.
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
  readonly after: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

export interface WaitersOptions {
  readonly version: () => number;
  readonly sleep: Sleep;
  readonly limit: number;
}

export function createWaiters({ version, sleep, limit }: WaitersOptions): Waiters {
  const waiting = new Map<AbortController, number>();
  let closed = false;

  async function wait({ after, waitMs, signal }: WaitRequest): Promise<number> {
    if (closed || version() > after || waitMs <= 0 || signal?.aborted) return version();
    if (waiting.size >= limit) {
      throw new TulleError("TULLE4111", `${limit} requests are waiting already.`, { context: { limit } });
    }
    const woken = new AbortController();
    const leave = () => woken.abort();
    signal?.addEventListener("abort", leave);
    waiting.set(woken, after);
    try {
      await sleep(waitMs, woken.signal);
    } catch (error) {
      if (!woken.signal.aborted) throw error;
    } finally {
      waiting.delete(woken);
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
