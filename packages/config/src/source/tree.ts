/**
 * A configuration as it was written: JSON whose every key and value knows where it stands.
 *
 * Files are merged and patched as trees, so positions survive includes and environments by themselves;
 * plain JSON is made only at the end. Maps are `Map`s here, because a file may call something `__proto__`.
 */
import type { JsonValue } from "@tulle/core/model";
import type { Source } from "./source.ts";

/** A stretch of a source; `start` is -1 where a module says nothing about positions. */
export interface Place {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export interface ScalarTree {
  readonly kind: "scalar";
  readonly value: null | boolean | number | string;
  readonly place: Place;
}

export interface ListTree {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly place: Place;
}

export interface MapTree {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly place: Place;
}

export interface MapEntry {
  readonly key: Place;
  readonly value: Tree;
}

export type Tree = ScalarTree | ListTree | MapTree;

/** The value of a tree without its places. */
export function toJson(tree: Tree): JsonValue {
  if (tree.kind === "scalar") return tree.value;
  if (tree.kind === "list") return tree.items.map(toJson);
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, toJson(entry.value)]));
}

/** The tree below a key, or null. */
export function childOf(tree: Tree | null, key: string | number): Tree | null {
  if (tree?.kind === "map") return tree.entries.get(String(key))?.value ?? null;
  if (tree?.kind === "list" && typeof key === "number") return tree.items[key] ?? null;
  return null;
}

/** A map like another, with one entry replaced. */
export function withEntry(tree: MapTree, key: string, entry: MapEntry): MapTree {
  return { ...tree, entries: new Map(tree.entries).set(key, entry) };
}
