import { TulleError } from "@tulle/core/errors";
import type { NewRecord, Store } from "@tulle/core/store";
import { ApiError } from "../api/errors.ts";
import {
  decodeRecord,
  encodeFunction,
  encodeTombstone,
  encodeVersion,
  functionSort,
  functionsPartition,
  versionSort,
} from "./fields.ts";
import type { FunctionRecord, VersionRecord } from "./record.ts";

/**
 * All functions, in memory, with the store as the durable truth.
 *
 * An invocation reads only memory. A change is written to the store first, on condition that the record is
 * the one that memory holds, and becomes visible when the write has succeeded: a crash or a second writer
 * never leaves memory ahead of the store. Changes of one function queue behind each other.
 */
export interface FunctionEntry {
  readonly record: FunctionRecord;
  /** Published versions by number, in order. */
  readonly versions: ReadonlyMap<string, VersionRecord>;
}

interface MutableEntry {
  record: FunctionRecord;
  readonly versions: Map<string, VersionRecord>;
}

/** A record before the registry gives it its write count. */
export type FunctionDraft = Omit<FunctionRecord, "writeCount">;

export class FunctionRegistry {
  readonly #store: Store;
  readonly #entries = new Map<string, MutableEntry>();
  readonly #tombstones = new Map<string, { nextVersion: number; writeCount: number }>();
  readonly #queues = new Map<string, Promise<unknown>>();
  #reservedTotal: number | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads everything. Throws TULLE3004 for a record that cannot be read, and the store's own errors. */
  async load(): Promise<void> {
    const loaded = (await this.#store.query(functionsPartition, "")).map(decodeRecord);
    for (const one of loaded) {
      if (one.kind === "function") {
        this.#entries.set(one.record.functionName, { record: one.record, versions: new Map() });
      } else if (one.kind === "deleted") {
        this.#tombstones.set(one.functionName, one);
      }
    }
    for (const one of loaded) {
      if (one.kind !== "version") continue;
      const entry = this.#entries.get(one.functionName);
      const counted = entry !== undefined && Number(one.record.version) < entry.record.nextVersion;
      if (counted) entry.versions.set(one.record.version, one.record);
      else await this.#deleteVersionRecord(one.functionName, one.record.version);
    }
  }

  get(functionName: string): FunctionEntry | undefined {
    return this.#entries.get(functionName);
  }

  /** Every function, by name. */
  all(): readonly FunctionEntry[] {
    return [...this.#entries.values()].sort((a, b) =>
      a.record.functionName < b.record.functionName ? -1 : 1,
    );
  }

  /** SHA-256 of every package that some version needs. */
  referencedCode(): ReadonlySet<string> {
    const referenced = new Set<string>();
    for (const { record, versions } of this.#entries.values()) {
      referenced.add(record.latest.code.sha256);
      for (const version of versions.values()) referenced.add(version.code.sha256);
    }
    return referenced;
  }

  /** Concurrency that functions hold for themselves, added up. */
  reservedTotal(): number {
    if (this.#reservedTotal !== undefined) return this.#reservedTotal;
    let total = 0;
    for (const { record } of this.#entries.values()) total += record.reservedConcurrency ?? 0;
    this.#reservedTotal = total;
    return total;
  }

  /** Runs `change` when earlier changes of the same function are done. */
  exclusively<T>(functionName: string, change: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(functionName) ?? Promise.resolve();
    const result = before.then(change, change);
    const settled = result.catch(() => undefined);
    this.#queues.set(functionName, settled);
    void settled.then(() => {
      if (this.#queues.get(functionName) === settled) this.#queues.delete(functionName);
    });
    return result;
  }

  /** Number that the first version of a new function gets: 1, or where a deleted one of that name stopped. */
  firstVersion(functionName: string): number {
    return this.#tombstones.get(functionName)?.nextVersion ?? 1;
  }

  /** Writes a function that is not there yet, with its first version where one is published at once. */
  async create(draft: FunctionDraft, published?: VersionRecord): Promise<FunctionEntry> {
    const tombstone = this.#tombstones.get(draft.functionName);
    const record = { ...draft, writeCount: (tombstone?.writeCount ?? 0) + 1 };
    if (published !== undefined) await this.#store.put(encodeVersion(draft.functionName, published));
    await this.#write(encodeFunction(record), tombstone?.writeCount ?? null);
    const versions = new Map<string, VersionRecord>();
    if (published !== undefined) versions.set(published.version, published);
    const entry = { record, versions };
    this.#entries.set(draft.functionName, entry);
    this.#tombstones.delete(draft.functionName);
    return entry;
  }

  /** Writes a function's next state, with a version where one is published. */
  async update(draft: FunctionDraft, published?: VersionRecord): Promise<FunctionEntry> {
    const entry = this.#expect(draft.functionName);
    const record = { ...draft, writeCount: entry.record.writeCount + 1 };
    if (published !== undefined) await this.#store.put(encodeVersion(draft.functionName, published));
    await this.#write(encodeFunction(record), entry.record.writeCount);
    entry.record = record;
    if (published !== undefined) entry.versions.set(published.version, published);
    return entry;
  }

  async deleteVersion(functionName: string, version: string): Promise<void> {
    await this.#deleteVersionRecord(functionName, version);
    this.#expect(functionName).versions.delete(version);
  }

  async delete(functionName: string): Promise<void> {
    const { record, versions } = this.#expect(functionName);
    const tombstone = { nextVersion: record.nextVersion, writeCount: record.writeCount + 1 };
    await this.#write(
      encodeTombstone(functionName, tombstone.nextVersion, tombstone.writeCount),
      record.writeCount,
    );
    this.#entries.delete(functionName);
    this.#tombstones.set(functionName, tombstone);
    for (const version of versions.keys()) await this.#deleteVersionRecord(functionName, version);
  }

  async #write(record: NewRecord, expectedCount: number | null): Promise<void> {
    const result = await this.#store.put(
      record,
      expectedCount === null
        ? { kind: "absent" }
        : { kind: "fieldEquals", field: "writeCount", value: expectedCount },
    );
    this.#reservedTotal = undefined;
    if (!result.ok) {
      throw new ApiError(
        "ResourceConflictException",
        `Another process changed ${record.sort} in the same store. Run one platform per store.`,
      );
    }
  }

  async #deleteVersionRecord(functionName: string, version: string): Promise<void> {
    await this.#store.delete({ partition: functionsPartition, sort: versionSort(functionName, version) });
  }

  #expect(functionName: string): MutableEntry {
    const entry = this.#entries.get(functionName);
    if (entry === undefined) {
      throw new TulleError("TULLE3004", `No record ${functionSort(functionName)} to change.`);
    }
    return entry;
  }
}
