/**
 * Paths of included files, made relative to the configuration's folder.
 *
 * A team writes `handler: src/handler.ts` beside its own file and must not care where the root is;
 * everything after this step knows one base folder.
 */
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { MapTree, Tree } from "../source/tree.ts";

/** Patterns of paths whose value is a path of the file system; `*` is any one step. */
const pathValues: readonly (readonly string[])[] = [
  ["services", "*", "local", "handler"],
  ["services", "*", "revisions", "*", "local", "handler"],
];

/** Rewrites what a file says about paths, from its own folder to the base folder. */
export function rebasePaths(tree: MapTree, baseFolder: string): MapTree {
  const folder = dirname(tree.place.source.file);
  if (folder === baseFolder) return tree;
  const patterns = [...pathValues, ...pathValues.map((pattern) => ["environments", "*", ...pattern])];
  return patterns.reduce<Tree>(
    (result, pattern) => rewrite(result, pattern, { folder, baseFolder }),
    tree,
  ) as MapTree;
}

interface Folders {
  readonly folder: string;
  readonly baseFolder: string;
}

function rewrite(tree: Tree, pattern: readonly string[], folders: Folders): Tree {
  const [step, ...rest] = pattern;
  if (tree.kind === "scalar") {
    return step === undefined && typeof tree.value === "string"
      ? { ...tree, value: rebase(tree.value, folders) }
      : tree;
  }
  if (step === undefined) return tree;
  if (tree.kind === "list") {
    return step === "*" ? { ...tree, items: tree.items.map((item) => rewrite(item, rest, folders)) } : tree;
  }
  const entries = new Map(tree.entries);
  for (const [key, entry] of tree.entries) {
    if (step === "*" || step === key)
      entries.set(key, { ...entry, value: rewrite(entry.value, rest, folders) });
  }
  return { ...tree, entries };
}

function rebase(path: string, { folder, baseFolder }: Folders): string {
  if (path === "" || isAbsolute(path)) return path;
  return relative(baseFolder, resolve(folder, path)).replaceAll("\\", "/");
}
