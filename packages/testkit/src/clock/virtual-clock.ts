import type { AbortSignalLike, Clock, Sleep } from "@tulle/core/ports";

/**
 * A clock that stands still until a test moves it, and sleeps that end when it does.
 *
 * `advance` is time passing: sleepers wake one by one in the order of their deadlines, each at its own
 * moment, and what they start has its turn before the next one wakes. `jump` is a thaw or a corrected
 * clock: the time read changes and nobody wakes, exactly as timers do not run while an environment is
 * frozen.
 */
export interface VirtualClock {
  readonly nowMs: Clock;
  readonly sleep: Sleep;
  /** Lets time pass and wakes whoever is due. */
  advance(ms: number): Promise<void>;
  /** Changes the time read, in either direction, and wakes nobody. */
  jump(ms: number): void;
  /** How many sleeps have not ended. */
  sleepers(): number;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Makes a clock that reads `startMs` until it is moved. */
export function createVirtualClock(startMs = 1_700_000_000_000): VirtualClock {
  let nowMs = startMs;
  const sleeping = new Set<Sleeper>();

  function sleep(ms: number, signal?: AbortSignalLike): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { dueMs: nowMs + Math.max(0, ms), wake: resolve };
      sleeping.add(sleeper);
      (signal as Partial<AbortSignal> | undefined)?.addEventListener?.("abort", () => {
        if (sleeping.delete(sleeper)) reject(signal?.reason);
      });
    });
  }

  async function advance(ms: number): Promise<void> {
    const untilMs = nowMs + ms;
    for (let next = earliest(sleeping, untilMs); next; next = earliest(sleeping, untilMs)) {
      nowMs = Math.max(nowMs, next.dueMs);
      sleeping.delete(next);
      next.wake();
      await turn();
    }
    nowMs = untilMs;
    await turn();
  }

  return {
    nowMs: () => nowMs,
    sleep,
    advance,
    jump: (ms) => {
      nowMs += ms;
    },
    sleepers: () => sleeping.size,
  };
}

/** The first to wake up to a moment; of two with one deadline the one that lay down first. */
function earliest(sleeping: ReadonlySet<Sleeper>, untilMs: number): Sleeper | undefined {
  let first: Sleeper | undefined;
  for (const sleeper of sleeping) {
    if (sleeper.dueMs <= untilMs && (first === undefined || sleeper.dueMs < first.dueMs)) first = sleeper;
  }
  return first;
}

/** Lets everything that is ready to run have its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
