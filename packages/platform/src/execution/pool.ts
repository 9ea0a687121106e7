import type { Environment } from "./environment.ts";

/**
 * The environments of one target: which of them can take an invocation.
 *
 * The most recently used one goes first. Its caches are warm, and those that a past burst left over stay idle
 * until their time is up, which is also how the service behaves.
 */
export interface Pool {
  /** No new invocation comes here; environments end when they become available. */
  retired: boolean;
  add(environment: Environment): void;
  /** Started ahead of need and not yet given to anyone. */
  addStarting(environment: Environment): void;
  available(environment: Environment): void;
  /** The environment for an invocation, no longer available to another; undefined where there is none. */
  take(): Environment | undefined;
  /** Those that nobody uses, the longest idle first; those that are still starting come last. */
  unused(): readonly Environment[];
  /** The longest idle one. */
  eldest(): Environment | undefined;
  all(): readonly Environment[];
  remove(environment: Environment): void;
}

export function createPool(): Pool {
  const all = new Set<Environment>();
  const starting: Environment[] = [];
  /** A stack; `listed` holds the same, to ask without a search. */
  const idle: Environment[] = [];
  const listed = new Set<Environment>();
  return {
    retired: false,
    add: (environment) => void all.add(environment),
    addStarting(environment) {
      all.add(environment);
      starting.push(environment);
    },
    available(environment) {
      if (!all.has(environment) || listed.has(environment)) return;
      withdraw(starting, environment);
      listed.add(environment);
      idle.push(environment);
    },
    take() {
      const environment = idle.pop();
      if (environment === undefined) return starting.pop();
      listed.delete(environment);
      return environment;
    },
    unused: () => [...idle, ...starting],
    eldest: () => idle[0],
    all: () => [...all],
    remove(environment) {
      all.delete(environment);
      if (listed.delete(environment)) withdraw(idle, environment);
      withdraw(starting, environment);
    },
  };
}

function withdraw(list: Environment[], environment: Environment): void {
  const at = list.indexOf(environment);
  if (at >= 0) list.splice(at, 1);
}
