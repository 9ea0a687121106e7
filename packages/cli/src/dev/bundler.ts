/**
 * Makes the code of all services in one build.
 *
 * Functions of one application share most of what they import, above all the SDK: one build reads it once,
 * where a build for each function reads it again each time. It is an accelerator and never the judge: for a
 * source that it cannot build (an error, or syntax that needs ESM) it has nothing, and the platform's own
 * bundler says what is wrong, with the position, or finds the format.
 */
import { basename, resolve } from "node:path";
import type { BuildResult } from "esbuild";
import { BundleCache } from "./bundle-cache.ts";
import { fromSource } from "./entry-points.ts";
import { storedZip } from "./stored-zip.ts";

export interface Bundler {
  /** Starts building ahead of need. */
  prepare(paths: readonly string[]): void;
  /** The zip of a source file; null where the platform has to bundle it. */
  zipOf(path: string): Promise<Uint8Array | null>;
  /** What was built of a file is out of date. */
  forget(path: string): void;
}

export async function createBundler(folder: string): Promise<Bundler> {
  const { version } = await import("esbuild");
  const cache = new BundleCache(folder, `esbuild ${version}, node24, cjs`);
  const zips = new Map<string, Promise<Uint8Array | null>>();
  const prepare = (paths: readonly string[]) => {
    const missing = [...new Set(paths)].filter((path) => !zips.has(path));
    const built = lookUpOrBuild(missing, cache);
    for (const path of missing)
      zips.set(
        path,
        built.then((found) => found.get(path) ?? null),
      );
  };
  return {
    prepare,
    forget: (path) => void zips.delete(path),
    zipOf: (path) => {
      prepare([path]);
      return zips.get(path)!;
    },
  };
}

type Zips = Map<string, Uint8Array>;

async function lookUpOrBuild(paths: readonly string[], cache: BundleCache): Promise<Zips> {
  const zips: Zips = new Map();
  await Promise.all(
    paths.map(async (path) => {
      const zip = await cache.get(path);
      if (zip !== null) zips.set(path, zip);
    }),
  );
  const missing = paths.filter((path) => !zips.has(path));
  if (missing.length === 0) return zips;
  const result = await buildTogether(missing);
  if (result === null) return zips;
  for (const [index, path] of missing.entries()) {
    const { zip, inputs } = outputOf(result, index, path);
    zips.set(path, zip);
    // The next start has it; this one does not wait.
    void cache.put(path, zip, inputs).catch(() => {});
  }
  return zips;
}

type TogetherResult = BuildResult<{ metafile: true; write: false }>;

/** Null where anything is wrong with any of them. */
async function buildTogether(paths: readonly string[]): Promise<TogetherResult | null> {
  const { build } = await import("esbuild");
  try {
    const result = await build({
      // Two handlers may have the same file name.
      entryPoints: paths.map((path, index) => ({ in: path, out: `${index}/${moduleName(path)}` })),
      outdir: "/",
      outExtension: { ".js": ".cjs" },
      bundle: true,
      platform: "node",
      target: "node24",
      format: "cjs",
      conditions: ["module", ...(fromSource ? ["tulle-source"] : [])],
      keepNames: true,
      metafile: true,
      write: false,
      absWorkingDir: "/",
      logLevel: "silent",
    });
    return result.warnings.some(({ id }) => id === "empty-import-meta") ? null : result;
  } catch {
    return null;
  }
}

function outputOf(result: TogetherResult, index: number, path: string) {
  const name = `${moduleName(path)}.cjs`;
  const out = `${index}/${name}`;
  const file = result.outputFiles.find((one) => one.path.endsWith(`/${out}`));
  const { inputs } = result.metafile.outputs[out] ?? { inputs: {} };
  return {
    zip: storedZip({ [name]: file?.contents ?? new Uint8Array() }),
    inputs: Object.keys(inputs).map((input) => resolve("/", input)),
  };
}

function moduleName(path: string): string {
  return basename(path).replace(/\.[cm]?[jt]sx?$/, "");
}
