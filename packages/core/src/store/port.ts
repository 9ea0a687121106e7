/**
 * The store port: what control and the platform need of a database.
 *
 * Chosen so that DynamoDB can keep every promise with single-item operations (conditional put, additive
 * update that returns the new item, query by sort-key prefix, expiry), and so that a memory or SQLite adapter
 * is a page of code. There are no transactions over several items on purpose: a protocol that needs one would
 * not survive the distributed engine. Every adapter runs the testkit's `storeContract`.
 */
export interface Store {
  get(key: RecordKey): Promise<StoredRecord | undefined>;

  /** Writes the whole record when the condition holds. A refusal is a value, never an exception. */
  put(record: NewRecord, condition?: Condition): Promise<WriteResult>;

  /**
   * Adds to numeric fields and sets others in one step, creating the record when it is missing, and returns
   * the new record, which is how a write doubles as a read.
   */
  update(change: RecordChange, condition?: Condition): Promise<WriteResult>;

  delete(key: RecordKey, condition?: Condition): Promise<boolean>;

  /** Records of one partition whose sort key starts with `prefix`, in sort-key order. */
  query(partition: string, prefix: string, options?: QueryOptions): Promise<readonly StoredRecord[]>;

  close(): Promise<void>;
}

export interface RecordKey {
  readonly partition: string;
  readonly sort: string;
}

/** Integers beyond 2^53 are bigints; adapters keep up to 38 digits exactly, as DynamoDB does. */
export type FieldValue = string | number | bigint | boolean;

export type Fields = Readonly<Record<string, FieldValue>>;

export interface NewRecord extends RecordKey {
  readonly fields: Fields;
  /** Wall-clock milliseconds after which the record counts as missing. */
  readonly expiresAtMs?: number;
}

export interface StoredRecord extends NewRecord {}

export interface RecordChange extends RecordKey {
  readonly add?: Readonly<Record<string, number | bigint>>;
  readonly set?: Fields;
  /** Must not name a field that `add` or `set` names. */
  readonly remove?: readonly string[];
  readonly expiresAtMs?: number;
}

/** Evaluated atomically with the write. */
export type Condition =
  | { readonly kind: "absent" }
  | { readonly kind: "exists" }
  | { readonly kind: "fieldEquals"; readonly field: string; readonly value: FieldValue }
  | { readonly kind: "fieldAbsentOrEquals"; readonly field: string; readonly value: FieldValue };

export type WriteResult =
  | { readonly ok: true; readonly record: StoredRecord }
  /** `current` is what stood there when the condition failed. */
  | { readonly ok: false; readonly current: StoredRecord | undefined };

export interface QueryOptions {
  readonly limit?: number;
  readonly descending?: boolean;
}
