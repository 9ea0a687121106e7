import { dirname, resolve } from "node:path";
import { analyze, type ConfigPath, type Finding } from "@tulle/core/analysis";
import { type MeshConfig, type MeshFile, normalizeMesh } from "@tulle/core/model";
import { applyEnvironment } from "./environment.ts";
import { mergeTrees } from "./include/merge-trees.ts";
import { readMeshFiles } from "./include/read-mesh-files.ts";
import { rebasePaths } from "./include/rebase.ts";
import { type Limits, limits as usualLimits } from "./limits.ts";
import type { LocatedFinding, Location } from "./location.ts";
import { checkShape } from "./shape/check-shape.ts";
import { findPlace, locationOf } from "./source/places.ts";
import { whereabouts } from "./source/problem.ts";
import { type MapTree, toJson } from "./source/tree.ts";

export interface LoadOptions {
  /** The root file. */
  readonly path: string;
  /** Environment whose patch is applied; left out, none is. */
  readonly environment?: string;
  /** Bounds other than the usual ones. */
  readonly limits?: Partial<Limits>;
}

interface Loaded {
  readonly findings: readonly LocatedFinding[];
  /** Absolute paths of all files that were read, the root first: what to watch. */
  readonly files: readonly string[];
  /** Folder that paths in the configuration are relative to. */
  readonly baseFolder: string;
  /** Where a path was written, or what is nearest to it; null where no position is known. */
  readonly findLocation: (path: ConfigPath, at?: Finding["at"]) => Location | null;
  /** Gives findings from elsewhere, such as control's answer, their places. */
  readonly locate: (findings: readonly Finding[]) => readonly LocatedFinding[];
}

export interface LoadedMesh extends Loaded {
  readonly ok: true;
  readonly config: MeshConfig;
  /** The authored form after includes and environment, before defaults. */
  readonly authored: MeshFile;
}

export interface RefusedMesh extends Loaded {
  readonly ok: false;
}

export type LoadResult = LoadedMesh | RefusedMesh;

/**
 * Reads a mesh: files, includes, environment, schema, normal form, analyzer. What a user can have done
 * wrong comes back as findings; `ok` says that none of them is an error.
 */
export async function loadMesh(options: LoadOptions): Promise<LoadResult> {
  const limits = { ...usualLimits, ...options.limits };
  const { trees, files, findings } = await readMeshFiles(resolve(options.path), limits);
  const [root, ...included] = trees;
  const baseFolder = dirname(files[0] ?? resolve(options.path));
  if (root === undefined) return refused({ findings, files, baseFolder, ...placesIn(null) });

  const parts = included.map((tree) => rebasePaths(tree, baseFolder));
  const merged = mergeTrees([root, ...parts]);
  const patched = patch(merged.tree, options.environment);
  const tree = patched.tree;
  const loaded: Loaded = { files, baseFolder, findings: [], ...placesIn(tree) };
  const unreadable = [...findings, ...merged.findings, ...patched.findings];

  const json = toJson(tree);
  const shape = [...unreadable, ...loaded.locate(checkShape(json))];
  if (shape.some(isError)) return refused({ ...loaded, findings: shape });

  // The schema has just been checked, which is what the type stands for.
  const authored = json as MeshFile;
  const config = normalizeMesh(authored);
  const all = tidy([...shape, ...loaded.locate(analyze(config, authored))], files);
  if (all.some(isError)) return { ...loaded, ok: false, findings: all };
  return { ...loaded, ok: true, findings: all, config, authored };
}

function patch(
  tree: MapTree,
  environment: string | undefined,
): { readonly tree: MapTree; readonly findings: readonly LocatedFinding[] } {
  if (environment === undefined) return { tree, findings: [] };
  const patched = applyEnvironment(tree, environment);
  return patched.ok ? { tree: patched.value, findings: [] } : { tree, findings: [patched.problem] };
}

function placesIn(tree: MapTree | null): Pick<Loaded, "findLocation" | "locate"> {
  const locateOne = (finding: Finding): LocatedFinding => {
    const { related, ...rest } = finding;
    if (tree === null) return { ...rest, location: null, file: null };
    return {
      ...rest,
      ...whereabouts(findPlace(tree, finding.path, finding.at)),
      ...(related !== undefined && {
        related: related.map(({ path, message }) => ({
          message,
          ...whereabouts(findPlace(tree, path, "value")),
        })),
      }),
    };
  };
  return {
    findLocation: (path, at = "value") => (tree === null ? null : locationOf(findPlace(tree, path, at))),
    locate: (findings) => findings.map(locateOne),
  };
}

function refused(loaded: Loaded): RefusedMesh {
  return { ...loaded, ok: false, findings: tidy(loaded.findings, loaded.files) };
}

function isError(finding: LocatedFinding): boolean {
  return finding.severity === "error";
}

/**
 * In the order of files and lines, and each only once: an environment's mistake shows in its patch and in
 * the result.
 */
function tidy(findings: readonly LocatedFinding[], files: readonly string[]): LocatedFinding[] {
  const unique = new Map(findings.map((finding) => [identity(finding), finding]));
  const rank = ({ file }: LocatedFinding) => (file === null ? -1 : files.indexOf(file));
  return [...unique.values()].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
      (a.location?.column ?? 0) - (b.location?.column ?? 0),
  );
}

function identity({ code, message, file, location, path }: LocatedFinding): string {
  const place = location === null ? path : [location.line, location.column];
  return JSON.stringify([code, message, file, place]);
}
