/**
 * What the data plane needs of the world. Nothing else is ambient: a simulator hands in its own and runs the
 * product's code.
 */
import type { Clock, Random, Sleep } from "@tulle/core/ports";

export interface Ports {
  /** Wall-clock milliseconds: deadlines, windows, leases. */
  readonly clock: Clock;
  /** Milliseconds from any origin that never run backwards: durations. */
  readonly monotonic: Clock;
  readonly random: Random;
  /** Runs something after a while, if the process still lives then; gives back how to cancel. */
  readonly later: (ms: number, run: () => void) => () => void;
  readonly sleep: Sleep;
  /** One structured line for whoever operates the function. */
  readonly warn: (line: Readonly<Record<string, unknown>>) => void;
}

/** Not `performance.now`: at its first use that loads a module that costs a cold start a millisecond. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** The world as Node has it. */
export const nodePorts: Ports = {
  clock: () => Date.now(),
  monotonic: monotonicMs,
  random: () => Math.random(),
  later: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) => wait(ms, signal as AbortSignal | undefined),
  warn: (line) => console.warn(JSON.stringify(line)),
};

/** As in `node:timers/promises`, which costs a cold start more than it saves lines here. */
function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort);
  });
}
