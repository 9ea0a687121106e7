/** The root file and everything that it includes, each read once, in the order in which it is included. */
import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, resolve } from "node:path";
import type { Limits } from "../limits.ts";
import type { LocatedFinding } from "../location.ts";
import { loadModule } from "../source/module-tree.ts";
import { type Outcome, problem, type Whereabouts } from "../source/problem.ts";
import { readSourceFile } from "../source/read-file.ts";
import type { Source } from "../source/source.ts";
import { childOf, type MapTree, type ScalarTree, type Tree } from "../source/tree.ts";
import { parseYaml } from "../source/yaml-tree.ts";
import { expandPattern, isPattern } from "./include-glob.ts";

export interface MeshFiles {
  /** The root first. */
  readonly trees: readonly MapTree[];
  /** Absolute paths of all files that were read or should have been. */
  readonly files: readonly string[];
  readonly findings: readonly LocatedFinding[];
}

/**
 * Reads a mesh's files. Problems do not stop it: everything that can be read is, so that all of them are
 * shown.
 */
export async function readMeshFiles(root: string, limits: Limits): Promise<MeshFiles> {
  const reading: Reading = {
    limits,
    trees: [],
    files: new Set(),
    findings: [],
    folderEntries: limits.folderEntries,
  };
  await readInto(reading, root, { from: root, above: [], byPattern: false });
  return { trees: reading.trees, files: [...reading.files], findings: reading.findings };
}

interface Reading {
  readonly limits: Limits;
  readonly trees: MapTree[];
  readonly files: Set<string>;
  readonly findings: LocatedFinding[];
  folderEntries: number;
}

interface Request {
  /** Where to report that the file cannot be read. */
  readonly from: Whereabouts;
  /** Files that are being read and led here, outermost first. */
  readonly above: readonly string[];
  readonly byPattern: boolean;
}

async function readInto(reading: Reading, path: string, request: Request): Promise<void> {
  const file = await realPath(path);
  const { limits, files, findings } = reading;
  if (request.above.includes(file)) {
    // A wildcard that also matches the file it stands in means the others.
    if (!request.byPattern) findings.push(cycle(request, file));
    return;
  }
  if (files.has(file)) return;
  if (files.size >= limits.files) {
    const message = `more than ${limits.files} files are included; "${basename(file)}" is one too many`;
    if (findings.every((found) => found.code !== "TULLE1006")) {
      findings.push(problem("TULLE1006", message, { where: request.from }));
    }
    return;
  }
  files.add(file);
  const tree = await readTree(file, request.from, limits);
  if (!tree.ok) {
    findings.push(tree.problem);
    return;
  }
  if (tree.value.kind !== "map") {
    const message = "a configuration is a map of keys, beginning with `version` and `mesh`";
    findings.push(problem("TULLE1102", message, { where: tree.value.place }));
    return;
  }
  reading.trees.push(tree.value);
  for (const entry of includesOf(tree.value)) {
    await follow(reading, entry, { file, above: [...request.above, file] });
  }
}

interface Includer {
  readonly file: string;
  readonly above: readonly string[];
}

async function follow(reading: Reading, entry: ScalarTree, { file, above }: Includer): Promise<void> {
  const pattern = String(entry.value);
  const folder = dirname(file);
  if (!isPattern(pattern)) {
    const path = isAbsolute(pattern) ? pattern : resolve(folder, pattern);
    await readInto(reading, path, { from: entry.place, above, byPattern: false });
    return;
  }
  const { files, exhausted } = await expandPattern(pattern, folder, reading.folderEntries);
  if (exhausted) {
    const message = `"${pattern}" looks through more than ${reading.limits.folderEntries} files`;
    reading.findings.push(problem("TULLE1006", message, { where: entry.place }));
    return;
  }
  if (files.length === 0) {
    const message = `"${pattern}" matches no file`;
    reading.findings.push(problem("TULLE1011", message, { where: entry.place, severity: "warning" }));
  }
  for (const path of files) await readInto(reading, path, { from: entry.place, above, byPattern: true });
}

async function readTree(file: string, from: Whereabouts, limits: Limits): Promise<Outcome<Tree>> {
  const read = await readSourceFile(file, from, limits);
  if (!read.ok) return read;
  const source: Source = read.value.source;
  return read.value.kind === "module" ? await loadModule(source, limits) : parseYaml(source, limits);
}

/** Entries of `include` that are text; anything else is for the schema to refuse. */
function includesOf(tree: MapTree): ScalarTree[] {
  const include = childOf(tree, "include");
  if (include?.kind !== "list") return [];
  return include.items.filter(
    (item): item is ScalarTree =>
      item.kind === "scalar" && typeof item.value === "string" && item.value !== "",
  );
}

function cycle({ above, from }: Request, file: string): LocatedFinding {
  const names = [...above.slice(above.indexOf(file)), file].map((path) => basename(path));
  return problem("TULLE1010", `this file includes itself: ${names.join(" -> ")}`, { where: from });
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return resolve(path);
  }
}
