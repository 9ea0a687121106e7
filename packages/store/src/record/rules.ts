import { TulleError } from "@tulle/core/errors";
import type { Fields, FieldValue, NewRecord, QueryOptions, RecordChange, RecordKey } from "@tulle/core/store";

/**
 * What every adapter refuses, so that no adapter keeps what another would lose.
 *
 * The limits are DynamoDB's (400 KiB a record, 2,048 and 1,024 bytes of key, 38 digits), because a program
 * that works on the embedded store must not meet them first in production. Half a surrogate pair has no
 * UTF-8 form, and NUL ends a string in too many tools, so both are refused in every text. A number beyond
 * 2^53 would round on the way, so it must be a bigint; a bigint that fits is read back as a number, since
 * DynamoDB has one type for both.
 */
export const MAX_RECORD_BYTES: number = 400 * 1024;
const MAX_PARTITION_BYTES = 2_048;
const MAX_SORT_BYTES = 1_024;
const MAX_NUMBER_BYTES = 21;
const BEYOND_38_DIGITS = 10n ** 38n;

export function checkKey(key: RecordKey): void {
  checkKeyPart("partition", key.partition, MAX_PARTITION_BYTES);
  checkKeyPart("sort", key.sort, MAX_SORT_BYTES);
}

/** Refuses a query that no adapter could answer alike; an empty prefix is every record of the partition. */
export function checkQuery(partition: string, prefix: string, options: QueryOptions): void {
  checkKeyPart("partition", partition, MAX_PARTITION_BYTES);
  if (prefix !== "") checkKeyPart("prefix", prefix, MAX_SORT_BYTES);
  const { limit } = options;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new TulleError("TULLE4016", `A query was asked for ${limit} records.`);
  }
}

/** The record as it will be read back: checked, copied, numbers in their one form. */
export function canonicalRecord(record: NewRecord): NewRecord {
  checkKey(record);
  checkExpiry(record.expiresAtMs);
  const { partition, sort, expiresAtMs } = record;
  const fields = canonicalFields(record.fields);
  return expiresAtMs === undefined ? { partition, sort, fields } : { partition, sort, fields, expiresAtMs };
}

/** The change with its values in their one form; refuses a field that is named twice. */
export function canonicalChange(change: RecordChange): RecordChange {
  checkKey(change);
  checkExpiry(change.expiresAtMs);
  const add = canonicalFields(change.add ?? {}) as Readonly<Record<string, number | bigint>>;
  for (const [name, value] of Object.entries(add)) {
    if (!isInteger(value)) {
      throw new TulleError("TULLE4012", `Field "${name}" was to be changed by ${String(value)}.`);
    }
  }
  const set = canonicalFields(change.set ?? {});
  const remove = change.remove ?? [];
  const named = new Set<string>();
  for (const name of [...Object.keys(add), ...Object.keys(set), ...remove]) {
    if (named.has(name)) throw new TulleError("TULLE4015", `Field "${name}" is named twice.`);
    named.add(name);
  }
  return { ...change, add, set, remove };
}

/**
 * One form for equal values: integers within 2^53 are numbers, those beyond are bigints, zero has no sign.
 */
export function canonicalValue(name: string, value: FieldValue): FieldValue {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      if (!isKeepable(value)) throw invalidValue(name, "text with a NUL or half a surrogate pair");
      return value;
    case "bigint":
      if (value >= BEYOND_38_DIGITS || value <= -BEYOND_38_DIGITS) {
        throw invalidValue(name, "an integer of more than 38 digits");
      }
      return canonicalInteger(value);
    case "number":
      if (!Number.isFinite(value)) throw invalidValue(name, String(value));
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw invalidValue(name, `the number ${value}, which is beyond 2^53 and must be a bigint`);
      }
      return value === 0 ? 0 : value;
    default:
      throw invalidValue(name, value === null ? "null" : typeof value);
  }
}

export function canonicalInteger(value: bigint): number | bigint {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

export function isInteger(value: unknown): value is number | bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

/** Adds without rounding; refuses a sum that a store could not keep. */
export function sum(name: string, before: FieldValue | undefined, by: number | bigint): number | bigint {
  if (before !== undefined && !isInteger(before)) {
    throw new TulleError("TULLE4012", `Field "${name}" holds ${typeof before} and cannot be added to.`);
  }
  const total = BigInt(before ?? 0) + BigInt(by);
  if (total >= BEYOND_38_DIGITS || total <= -BEYOND_38_DIGITS) {
    throw new TulleError("TULLE4013", `Field "${name}" would grow beyond 38 digits.`);
  }
  return canonicalInteger(total);
}

/** Refuses a record that DynamoDB would refuse for its size, counted the way it counts. */
export function checkSize(record: NewRecord): void {
  let bytes = Buffer.byteLength(record.partition) + Buffer.byteLength(record.sort);
  for (const [name, value] of Object.entries(record.fields)) {
    bytes +=
      Buffer.byteLength(name) + (typeof value === "string" ? Buffer.byteLength(value) : MAX_NUMBER_BYTES);
  }
  if (bytes > MAX_RECORD_BYTES) {
    throw new TulleError("TULLE4014", `Record ${record.partition}/${record.sort} would be ${bytes} bytes.`, {
      context: { partition: record.partition, sort: record.sort, recordBytes: bytes },
    });
  }
}

function canonicalFields(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]): [string, FieldValue] => {
    if (name === "" || !isKeepable(name)) {
      throw new TulleError("TULLE4011", `A field has the name ${JSON.stringify(name)}.`);
    }
    return [name, canonicalValue(name, value)];
  });
  return Object.fromEntries(entries);
}

function checkKeyPart(part: string, text: string, maxBytes: number): void {
  const fault =
    typeof text !== "string" || text === ""
      ? "is empty"
      : !isKeepable(text)
        ? "holds a NUL or half a surrogate pair"
        : Buffer.byteLength(text) > maxBytes
          ? `is longer than ${maxBytes} bytes`
          : undefined;
  if (fault !== undefined) throw new TulleError("TULLE4010", `The ${part} of a record's key ${fault}.`);
}

function checkExpiry(expiresAtMs: number | undefined): void {
  if (expiresAtMs !== undefined && !Number.isSafeInteger(expiresAtMs)) {
    throw new TulleError("TULLE4011", `A record was to expire at ${expiresAtMs}.`);
  }
}

function isKeepable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

function invalidValue(name: string, what: string): TulleError {
  return new TulleError("TULLE4011", `Field "${name}" was given ${what}.`, { context: { field: name } });
}
