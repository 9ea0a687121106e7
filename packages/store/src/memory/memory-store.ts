/** The store in memory: for tests and for runs that keep nothing. */
import { TulleError } from "@tulle/core/errors";
import type { Clock } from "@tulle/core/ports";
import type { RecordKey, Store, StoredRecord, WriteResult } from "@tulle/core/store";
import { compareBytes } from "../record/byte-order.ts";
import { canonicalChange, canonicalRecord, checkKey, checkQuery } from "../record/rules.ts";
import { conditionOf, isLive, putting, type Transition, updating } from "../record/transition.ts";

export interface MemoryStoreOptions {
  /** Decides what has expired; the wall clock unless given. */
  readonly nowMs?: Clock;
}

/** Makes an empty store that lives as long as the process. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const nowMs = options.nowMs ?? Date.now;
  const partitions = new Map<string, Map<string, StoredRecord>>();
  let closed = false;

  function read(key: RecordKey): StoredRecord | undefined {
    const record = partitions.get(key.partition)?.get(key.sort);
    if (record === undefined || isLive(record.expiresAtMs, nowMs())) return record;
    remove(key);
    return undefined;
  }

  function remove(key: RecordKey): void {
    const partition = partitions.get(key.partition);
    partition?.delete(key.sort);
    if (partition?.size === 0) partitions.delete(key.partition);
  }

  function write(key: RecordKey, transition: Transition): WriteResult {
    const result = transition(read(key));
    if (result.ok) {
      const partition = partitions.get(key.partition) ?? new Map<string, StoredRecord>();
      Object.freeze(result.record.fields);
      partitions.set(key.partition, partition.set(key.sort, Object.freeze(result.record)));
    }
    return result;
  }

  function open(): void {
    if (closed) throw new TulleError("TULLE4007", "The memory store is closed.");
  }

  return {
    async get(key) {
      open();
      checkKey(key);
      return read(key);
    },
    async put(record, condition) {
      open();
      return write(record, putting(canonicalRecord(record), condition));
    },
    async update(change, condition) {
      open();
      return write(change, updating(canonicalChange(change), condition));
    },
    async delete(key, condition) {
      open();
      checkKey(key);
      const current = read(key);
      if (current === undefined || !conditionOf(condition)(current)) return false;
      remove(key);
      return true;
    },
    async query(partition, prefix, queryOptions = {}) {
      open();
      checkQuery(partition, prefix, queryOptions);
      const found = [...(partitions.get(partition)?.values() ?? [])].filter(
        (record) => record.sort.startsWith(prefix) && isLive(record.expiresAtMs, nowMs()),
      );
      found.sort((a, b) => compareBytes(a.sort, b.sort));
      if (queryOptions.descending) found.reverse();
      return found.slice(0, queryOptions.limit);
    },
    async close() {
      closed = true;
      partitions.clear();
    },
  };
}
