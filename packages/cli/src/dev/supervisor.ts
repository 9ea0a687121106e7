/**
 * Keeps a part running: starts it again when it ends by itself, at the same address, later and later while
 * it keeps failing.
 *
 * Traffic does not wait for it. A part that has run for a while is taken to be well, and its next restart
 * is immediate again.
 */
import type { Child } from "./child.ts";

export interface SupervisorOptions {
  /** Starts the part; after the first time with the port that it had. */
  readonly start: (port: number | null) => Promise<Child>;
  readonly onDown: (how: string) => void;
  readonly onUp: (child: Child) => void;
  readonly onFailedStart: (error: unknown) => void;
}

export interface Supervised {
  /** Address of the first start, kept by every later one. */
  readonly child: Child;
  /** Process id of the running one, null while there is none. */
  pid(): number | null;
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const WELL_AFTER_MS = 10_000;

/** Rejects only when the first start fails. */
export async function supervise(options: SupervisorOptions): Promise<Supervised> {
  const first = await options.start(null);
  const port = Number(new URL(first.ready.url).port);
  const stopping = new AbortController();
  let current: Child | null = first;
  let starting: Promise<Child> | null = null;

  const keep = async () => {
    for (let child = first, failures = 0; ; failures++) {
      const startedAtMs = performance.now();
      const how = await child.exited;
      current = null;
      if (stopping.signal.aborted) return;
      options.onDown(how);
      if (performance.now() - startedAtMs > WELL_AFTER_MS) failures = 0;
      const next = await startAgain(failures);
      if (next === null) return;
      child = next;
      current = next;
      options.onUp(next);
    }
  };

  const startAgain = async (failures: number): Promise<Child | null> => {
    for (let attempt = failures; ; attempt++) {
      await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt), stopping.signal);
      if (stopping.signal.aborted) return null;
      try {
        starting = options.start(port);
        return await starting;
      } catch (error) {
        if (stopping.signal.aborted) return null;
        options.onFailedStart(error);
      } finally {
        starting = null;
      }
    }
  };

  const kept = keep();
  return {
    child: first,
    pid: () => current?.pid ?? null,
    stop: async (graceMs) => {
      stopping.abort();
      const late = await starting?.catch(() => null);
      await Promise.all([current?.stop(graceMs), late?.stop(graceMs)]);
      await kept;
    },
    kill: () => {
      stopping.abort();
      current?.kill();
      void starting?.then(
        (child) => child.kill(),
        () => {},
      );
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}
