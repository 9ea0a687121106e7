import type { DatabaseSync } from "node:sqlite";

/**
 * Carries out all writes that are asked for in one turn of the event loop in one transaction.
 *
 * A transaction costs a sync of the disk however little it writes, and it blocks the process while it
 * lasts, so fifty writes made at once should cost one sync and not fifty. Nobody is told of a write before
 * it is on the disk. A write that is refused has changed nothing and fails alone; when the database itself
 * fails, the whole group is rolled back and fails.
 */
export interface GroupCommit {
  /** `work` must either leave the database alone and throw, or be done when it returns. */
  write<T>(work: () => T): Promise<T>;
  /** Commits at once what has been asked for. */
  flush(): void;
}

interface Pending {
  readonly work: () => unknown;
  readonly settle: (outcome: Outcome) => void;
}

type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/** `isRefusal` tells a write that was refused from a database that failed. */
export function createGroupCommit(
  database: DatabaseSync,
  isRefusal: (error: unknown) => boolean,
): GroupCommit {
  let waiting: Pending[] = [];

  function flush(): void {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      const outcomes = inTransaction(database, () => group.map(({ work }) => attempt(work, isRefusal)));
      group.forEach((one, i) => {
        one.settle(outcomes[i]!);
      });
    } catch (error) {
      for (const one of group) one.settle({ ok: false, error });
    }
  }

  function write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (outcome: Outcome) => (outcome.ok ? resolve(outcome.value as T) : reject(outcome.error));
      if (waiting.push({ work, settle }) === 1) setImmediate(flush);
    });
  }

  return { write, flush };
}

function attempt(work: () => unknown, isRefusal: (error: unknown) => boolean): Outcome {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (isRefusal(error)) return { ok: false, error };
    throw error;
  }
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const value = work();
    database.exec("COMMIT");
    return value;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
