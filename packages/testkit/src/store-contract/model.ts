/**
 * The store as the shortest program that is plainly right: one list of records, searched from end to end.
 * Adapters are compared with it; it shares no code with them.
 */
import type {
  Condition,
  FieldValue,
  NewRecord,
  RecordChange,
  RecordKey,
  StoredRecord,
  WriteResult,
} from "@tulle/core/store";

export class ModelStore {
  nowMs: number;
  #records: StoredRecord[] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  get(key: RecordKey): StoredRecord | undefined {
    return this.#live().find((record) => record.partition === key.partition && record.sort === key.sort);
  }

  put(record: NewRecord, condition: Condition | undefined): WriteResult {
    const current = this.get(record);
    if (!holds(condition, current)) return { ok: false, current };
    this.#replace(record, record);
    return { ok: true, record };
  }

  update(change: RecordChange, condition: Condition | undefined): WriteResult {
    const current = this.get(change);
    if (!holds(condition, current)) return { ok: false, current };
    const fields: Record<string, FieldValue> = { ...current?.fields, ...change.set };
    for (const [name, by] of Object.entries(change.add ?? {})) {
      fields[name] = narrow(BigInt((fields[name] ?? 0) as number | bigint) + BigInt(by));
    }
    for (const name of change.remove ?? []) delete fields[name];
    const expiresAtMs = change.expiresAtMs ?? current?.expiresAtMs;
    const { partition, sort } = change;
    const record = { partition, sort, fields, ...(expiresAtMs !== undefined && { expiresAtMs }) };
    this.#replace(change, record);
    return { ok: true, record };
  }

  delete(key: RecordKey, condition: Condition | undefined): boolean {
    const current = this.get(key);
    if (current === undefined || !holds(condition, current)) return false;
    this.#replace(key, undefined);
    return true;
  }

  query(partition: string, prefix: string): readonly StoredRecord[] {
    return this.#live()
      .filter((record) => record.partition === partition && record.sort.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)));
  }

  #live(): StoredRecord[] {
    return this.#records.filter(({ expiresAtMs }) => expiresAtMs === undefined || expiresAtMs >= this.nowMs);
  }

  #replace(key: RecordKey, record: StoredRecord | undefined): void {
    this.#records = this.#records.filter((one) => one.partition !== key.partition || one.sort !== key.sort);
    if (record !== undefined) this.#records.push(record);
  }
}

function holds(condition: Condition | undefined, current: StoredRecord | undefined): boolean {
  if (condition === undefined) return true;
  if (condition.kind === "absent") return !current;
  if (condition.kind === "exists") return !!current;
  const value = current?.fields[condition.field];
  return value === condition.value || (condition.kind === "fieldAbsentOrEquals" && value === undefined);
}

function narrow(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}
