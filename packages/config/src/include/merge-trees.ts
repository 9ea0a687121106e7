/**
 * Several files to one tree.
 *
 * Files are peers: none overrides another. Sections are joined, routes are listed one file after the other,
 * and a thing that two files declare is an error that shows both, because whichever won, somebody would be
 * wrong about it.
 */
import type { LocatedFinding } from "../location.ts";
import { problem } from "../source/problem.ts";
import type { ListTree, MapEntry, MapTree, Tree } from "../source/tree.ts";

export interface MergedTree {
  readonly tree: MapTree;
  readonly findings: readonly LocatedFinding[];
}

/** Joins the trees of files, the root's first. */
export function mergeTrees(trees: readonly [MapTree, ...MapTree[]]): MergedTree {
  const findings: LocatedFinding[] = [];
  const [root, ...included] = trees;
  const tree = included.reduce((whole, part) => mergeMaps(whole, part, { path: [], findings }), root);
  return { tree, findings };
}

interface Merging {
  readonly path: readonly string[];
  readonly findings: LocatedFinding[];
}

function mergeMaps(whole: MapTree, part: MapTree, { path, findings }: Merging): MapTree {
  const entries = new Map(whole.entries);
  for (const [key, entry] of part.entries) {
    const earlier = entries.get(key);
    if (earlier === undefined) {
      entries.set(key, entry);
      continue;
    }
    const merged = mergeEntries(earlier, entry, { path: [...path, key], findings });
    if (merged === null) findings.push(declaredTwice(path, key, { entry, earlier }));
    else entries.set(key, merged);
  }
  return { ...whole, entries };
}

/** Both entries as one, or null where only one of them may be. */
function mergeEntries(earlier: MapEntry, later: MapEntry, merging: Merging): MapEntry | null {
  const [a, b] = [earlier.value, later.value];
  const kind = mergeKind(merging.path);
  if (kind === "join" && a.kind === "map" && b.kind === "map") {
    return { ...earlier, value: mergeMaps(a, b, merging) };
  }
  if (kind === "list" && a.kind === "list" && b.kind === "list") {
    const value: ListTree = { ...a, items: [...a.items, ...b.items] };
    return { ...earlier, value };
  }
  return kind === "agree" && isSameScalar(a, b) ? earlier : null;
}

const sections: ReadonlySet<string> = new Set([
  "services",
  "resources",
  "constellations",
  "gateways",
  "policies",
  "defaults",
  "telemetry",
  "environments",
]);

/** How two declarations of one key meet: joined, listed, required to agree, or not at all. */
function mergeKind(path: readonly string[]): "join" | "list" | "agree" | "never" {
  const [first, second] = path;
  if (first === "environments") return "join";
  if (first === "policies" && path.length === 2 && second !== undefined) return "join";
  if (path.length > 1 || first === undefined) return "never";
  if (first === "routes" || first === "include") return "list";
  if (first === "version" || first === "mesh") return "agree";
  return sections.has(first) ? "join" : "never";
}

function isSameScalar(a: Tree, b: Tree): boolean {
  return a.kind === "scalar" && b.kind === "scalar" && a.value === b.value;
}

function declaredTwice(
  path: readonly string[],
  key: string,
  { entry, earlier }: { readonly entry: MapEntry; readonly earlier: MapEntry },
): LocatedFinding {
  const name = [...path, key].join(".");
  const related = [{ message: "first declared here", where: earlier.key }];
  return {
    ...problem("TULLE1015", `${name} is declared twice`, { where: entry.key, related }),
    path: [...path, key],
  };
}
