import type { LaunchRequest, RuntimeDriver } from "../runtimes/driver.ts";
import type { FunctionProcess } from "./function-process.ts";
import { startProcess } from "./function-process.ts";
import type { Watchdog } from "./watchdog.ts";

/**
 * Processes that are started before it is known for whom, so that a cold start does not wait for Node to come
 * up. One per driver waits; it is replaced when it has been given away and the machine has had a moment for
 * the cold start.
 */
export interface Spares {
  /** A process for the request: one that waited where it fits, a new one otherwise. */
  start(driver: RuntimeDriver, request: LaunchRequest): FunctionProcess;
  /** Makes sure that one waits. */
  refill(driver: RuntimeDriver): void;
  close(): Promise<void>;
}

const REFILL_DELAY_MS = 20;

export function createSpares(watchdog: Watchdog, wanted: boolean): Spares {
  const waiting = new Map<RuntimeDriver, FunctionProcess>();
  const timers = new Set<NodeJS.Timeout>();
  const ends = new Map<FunctionProcess, Promise<void>>();
  let closed = false;

  const refill = (driver: RuntimeDriver): void => {
    if (!wanted || closed || driver.spare === null || waiting.has(driver)) return;
    const process = startProcess(driver.spare.launch(), watchdog);
    waiting.set(driver, process);
    ends.set(
      process,
      untilEnd(process, () => waiting.get(driver) === process && waiting.delete(driver)),
    );
  };
  const refillSoon = (driver: RuntimeDriver): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      refill(driver);
    }, REFILL_DELAY_MS);
    timers.add(timer);
  };

  return {
    refill,
    start(driver, request) {
      const spare = waiting.get(driver);
      if (spare === undefined || driver.spare?.fits(request) !== true) {
        return startProcess(driver.launch(request), watchdog);
      }
      waiting.delete(driver);
      ends.delete(spare);
      spare.assign(driver.spare.assignment(request));
      refillSoon(driver);
      return spare;
    },
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const process of waiting.values()) process.kill();
      await Promise.all([...ends.values()]);
    },
  };
}

function untilEnd(process: FunctionProcess, then: () => void): Promise<void> {
  return new Promise((resolve) => {
    process.attach({
      output: () => {},
      ended: () => {
        then();
        resolve();
      },
    });
  });
}
