/** From a path in the configuration to the place in a file where it was written. */
import type { ConfigPath } from "@tulle/core/analysis";
import type { Location } from "../location.ts";
import { lineIndexOf, locate } from "./source.ts";
import type { Place, Tree } from "./tree.ts";

/**
 * Finds where a path was written. What was not written itself (a default, a missing key) is placed at the
 * nearest thing around it that was. A block that begins below its key is placed at the key, since nobody
 * points at a whole block.
 */
export function findPlace(root: Tree, path: ConfigPath, at: "key" | "value"): Place {
  let tree = root;
  let key: Place | null = null;
  for (const step of path) {
    const next = descend(tree, step);
    if (next === null) return key ?? tree.place;
    key = next.key;
    tree = next.value;
  }
  if (key === null) return tree.place;
  if (at === "key") return key;
  return tree.kind !== "scalar" && startsBelow(tree.place, key) ? key : tree.place;
}

function descend(tree: Tree, step: string | number): { readonly key: Place; readonly value: Tree } | null {
  if (tree.kind === "map") return tree.entries.get(String(step)) ?? null;
  const item = tree.kind === "list" && typeof step === "number" ? tree.items[step] : undefined;
  return item === undefined ? null : { key: item.place, value: item };
}

function startsBelow(value: Place, key: Place): boolean {
  if (value.source !== key.source || value.start < 0 || key.start < 0) return true;
  return lineIndexOf(value.source, value.start) > lineIndexOf(key.source, key.start);
}

/** The location of a place, or null where its source says nothing about positions. */
export function locationOf(place: Place): Location | null {
  return place.start < 0 ? null : locate(place.source, place.start, place.end);
}
