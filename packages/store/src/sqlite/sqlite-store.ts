/** The store on SQLite: the embedded default, one file and no server. */
import type { DatabaseSync } from "node:sqlite";
import { isTulleError, TulleError } from "@tulle/core/errors";
import type { Clock } from "@tulle/core/ports";
import type { RecordKey, Store, StoredRecord, WriteResult } from "@tulle/core/store";
import { canonicalChange, canonicalRecord, checkKey, checkQuery } from "../record/rules.ts";
import { conditionOf, putting, type Transition, updating } from "../record/transition.ts";
import { storeFault } from "./faults.ts";
import { createGroupCommit } from "./group-commit.ts";
import { openDatabase } from "./open.ts";
import { prepareStatements } from "./statements.ts";

export interface SqliteStoreOptions {
  /** A file in an existing folder; created when it is missing. */
  readonly path: string;
  /** Decides what has expired; the wall clock unless given. */
  readonly nowMs?: Clock;
  /** How long a write waits for another process, blocking this one; 2,000 unless given. */
  readonly busyTimeoutMs?: number;
}

const SWEEP_EVERY_MS = 60_000;

/**
 * Opens the store in a file. A write is acknowledged when it is on the disk.
 * Throws TULLE4001 to TULLE4008 when the file cannot be used, and leaves it as it was.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const { path, nowMs = Date.now, busyTimeoutMs = 2_000 } = options;
  const database = openDatabase(path, busyTimeoutMs);
  const statements = prepareStatements(database);
  const group = createGroupCommit(database, isTulleError);
  let sweepAtMs = nowMs();

  function apply(key: RecordKey, transition: Transition): Promise<WriteResult> {
    return write(() => {
      sweep();
      const result = transition(statements.read(key, nowMs()));
      if (result.ok) statements.write(result.record);
      return result;
    });
  }

  function write<T>(work: () => T): Promise<T> {
    return group.write(work).catch((error: unknown) => {
      throw storeFault(error, path);
    });
  }

  function read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeFault(error, path);
    }
  }

  function sweep(): void {
    if (nowMs() < sweepAtMs) return;
    sweepAtMs = nowMs() + SWEEP_EVERY_MS;
    statements.sweep(nowMs());
  }

  return {
    async get(key) {
      assertOpen(database, path);
      checkKey(key);
      return read(() => statements.read(key, nowMs()));
    },
    async put(record, condition) {
      assertOpen(database, path);
      return apply(record, putting(canonicalRecord(record), condition));
    },
    async update(change, condition) {
      assertOpen(database, path);
      return apply(change, updating(canonicalChange(change), condition));
    },
    async delete(key, condition) {
      assertOpen(database, path);
      checkKey(key);
      const holds = conditionOf(condition);
      return write(() => {
        const current = statements.read(key, nowMs());
        return current !== undefined && holds(current) && statements.delete(key);
      });
    },
    async query(partition, prefix, queryOptions = {}): Promise<readonly StoredRecord[]> {
      assertOpen(database, path);
      checkQuery(partition, prefix, queryOptions);
      return read(() => statements.query({ partition, prefix, nowMs: nowMs(), ...queryOptions }));
    },
    async close() {
      if (!database.isOpen) return;
      group.flush();
      database.close();
    },
  };
}

function assertOpen(database: DatabaseSync, path: string): void {
  if (!database.isOpen) throw new TulleError("TULLE4007", `The store in ${path} is closed.`);
}
