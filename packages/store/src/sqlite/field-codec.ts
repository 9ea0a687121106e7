/** Fields as JSON text: bigints, which JSON has no form for, are written as `{"n":"DIGITS"}`. */
import type { Fields } from "@tulle/core/store";

export function encodeFields(fields: Fields): string {
  return JSON.stringify(fields, (_, value: unknown) =>
    typeof value === "bigint" ? { n: value.toString() } : value,
  );
}

export function decodeFields(text: string): Fields {
  const fields = JSON.parse(text) as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "object" && value !== null) fields[name] = BigInt((value as { n: string }).n);
  }
  return fields as Fields;
}
