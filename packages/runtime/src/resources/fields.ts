import type { CommandInput } from "./kind.ts";

/**
 * Where a name stands in a tree: field names, `[]` for every element of a list, `*` for every value of a map,
 * `{}` for the keys of a map.
 */
export type FieldPath = readonly string[];

/** Replaces the names at the given places; returns the same object when none of them changed. */
export function rewriteFields(
  input: CommandInput,
  paths: readonly FieldPath[],
  physicalOf: (name: string) => string | null,
): CommandInput {
  let rewritten: unknown = input;
  for (const path of paths) rewritten = rewriteAt(rewritten, path, physicalOf);
  return rewritten as CommandInput;
}

function rewriteAt(value: unknown, path: FieldPath, physicalOf: (name: string) => string | null): unknown {
  const [segment, ...rest] = path;
  if (segment === undefined) return typeof value === "string" ? (physicalOf(value) ?? value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (segment === "[]") return rewriteList(value, (item) => rewriteAt(item, rest, physicalOf));
  if (segment === "{}") return rewriteKeys(value, physicalOf);
  const keys = segment === "*" ? Object.keys(value) : [segment];
  return rewriteMembers(value, keys, (member) => rewriteAt(member, rest, physicalOf));
}

function rewriteList(value: object, rewrite: (item: unknown) => unknown): unknown {
  if (!Array.isArray(value)) return value;
  const rewritten = value.map(rewrite);
  return rewritten.some((item, i) => item !== value[i]) ? rewritten : value;
}

function rewriteMembers(
  value: object,
  keys: readonly string[],
  rewrite: (member: unknown) => unknown,
): object {
  let copy: Record<string, unknown> | null = null;
  for (const key of keys) {
    if (!Object.hasOwn(value, key)) continue;
    const member = (value as Record<string, unknown>)[key];
    const rewritten = rewrite(member);
    if (rewritten === member) continue;
    copy ??= { ...value };
    copy[key] = rewritten;
  }
  return copy ?? value;
}

/** Keeps the order of the keys: a service that reports on items in order answers in the caller's. */
function rewriteKeys(value: object, physicalOf: (name: string) => string | null): object {
  const entries = Object.entries(value);
  if (!entries.some(([key]) => physicalOf(key) !== null)) return value;
  return Object.fromEntries(entries.map(([key, member]) => [physicalOf(key) ?? key, member]));
}
