import type {
  Condition,
  FieldValue,
  NewRecord,
  RecordChange,
  StoredRecord,
  WriteResult,
} from "@tulle/core/store";
import { canonicalValue, checkSize, sum } from "./rules.ts";

/** What a write makes of the record that stood there: the same pure step in every embedded adapter. */
export type Transition = (current: StoredRecord | undefined) => WriteResult;

/** Replaces the whole record when the condition holds. `record` is in canonical form. */
export function putting(record: NewRecord, condition: Condition | undefined): Transition {
  checkSize(record);
  const holds = conditionOf(condition);
  return (current) => (holds(current) ? { ok: true, record } : { ok: false, current });
}

/** Adds, sets and removes when the condition holds. `change` is in canonical form. */
export function updating(change: RecordChange, condition: Condition | undefined): Transition {
  const holds = conditionOf(condition);
  return (current) => {
    if (!holds(current)) return { ok: false, current };
    const fields = new Map<string, FieldValue>(Object.entries(current?.fields ?? {}));
    for (const [name, by] of Object.entries(change.add ?? {}))
      fields.set(name, sum(name, fields.get(name), by));
    for (const [name, value] of Object.entries(change.set ?? {})) fields.set(name, value);
    for (const name of change.remove ?? []) fields.delete(name);
    const expiresAtMs = change.expiresAtMs ?? current?.expiresAtMs;
    const record: StoredRecord = {
      partition: change.partition,
      sort: change.sort,
      fields: Object.fromEntries(fields),
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    };
    checkSize(record);
    return { ok: true, record };
  };
}

/** The condition as a test of what stands there; a record that has expired counts as missing. */
export function conditionOf(
  condition: Condition | undefined,
): (current: StoredRecord | undefined) => boolean {
  if (condition === undefined) return () => true;
  if (condition.kind === "absent") return (current) => current === undefined;
  if (condition.kind === "exists") return (current) => current !== undefined;
  const { field, kind } = condition;
  const wanted = canonicalValue(field, condition.value);
  return (current) => {
    if (current === undefined || !Object.hasOwn(current.fields, field)) return kind === "fieldAbsentOrEquals";
    return current.fields[field] === wanted;
  };
}

/** Whether a record still counts: its expiry is the last millisecond in which it does. */
export function isLive(expiresAtMs: number | null | undefined, nowMs: number): boolean {
  return expiresAtMs === undefined || expiresAtMs === null || nowMs <= expiresAtMs;
}
