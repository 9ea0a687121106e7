import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { TulleError } from "@tulle/core/errors";
import {
  type BuildFailure,
  type BuildOptions,
  type BuildResult,
  build,
  type Message,
  type OutputFile,
} from "esbuild";

/** Module format of a bundle. `auto` is CJS, which loads faster, unless the source needs ESM. */
export type BundleFormat = "auto" | "cjs" | "esm";

export interface BundleOptions {
  /** Absolute path of the source that holds the handler. */
  readonly entry: string;
  /** Folder that the bundle is for; paths in its source map are relative to it. */
  readonly outFolder: string;
  /** Default `auto`. */
  readonly format?: BundleFormat;
  /** Default false. */
  readonly minify?: boolean;
}

export interface Bundle {
  /** File name to content: the module and its source map. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Name of the module as a handler string names it: without extension. */
  readonly module: string;
  readonly format: "cjs" | "esm";
  /** `file:line:column: text` each. */
  readonly warnings: readonly string[];
}

/** esbuild's own condition, and in a checkout ours: a function may import a package that is not built yet. */
const conditions = ["module", ...(import.meta.url.endsWith(".ts") ? ["tulle-source"] : [])];

/** Lets CJS packages inside an ESM bundle use `require`. */
const requireBanner = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
].join("\n");

/**
 * Bundles one source with everything it imports, the AWS SDK included, for Node 24, and writes it to
 * `outFolder`.
 * Throws TULLE3017 with file:line:column of the first error.
 */
export async function bundleSource(options: BundleOptions): Promise<Bundle> {
  const bundle = await buildBundle(options);
  await mkdir(options.outFolder, { recursive: true });
  for (const [name, content] of Object.entries(bundle.files)) {
    await writeFile(join(options.outFolder, name), content);
  }
  return bundle;
}

/** Bundles in memory. Throws TULLE3017. */
export async function buildBundle(options: BundleOptions): Promise<Bundle> {
  for (const format of candidateFormats(options)) {
    try {
      const result = await build(bundleBuild(options, format));
      if (!asksForEsm(options, format, result.warnings)) return bundleOf(options, format, result);
    } catch (error) {
      const errors = (error as Partial<BuildFailure>).errors ?? [];
      if (!asksForEsm(options, format, errors)) throw sourceNotBuilt(options.entry, errors, error);
    }
  }
  throw sourceNotBuilt(options.entry, [], new Error("no module format fits the source"));
}

/** The esbuild options of a bundle; watching builds with the same. */
export function bundleBuild(options: BundleOptions, format: "cjs" | "esm"): BuildOptions & { write: false } {
  return {
    entryPoints: [options.entry],
    outfile: join(options.outFolder, `${moduleName(options.entry)}${format === "esm" ? ".mjs" : ".cjs"}`),
    bundle: true,
    platform: "node",
    target: "node24",
    conditions,
    format,
    sourcemap: true,
    minify: options.minify ?? false,
    keepNames: true,
    logLevel: "silent",
    write: false,
    ...(format === "esm" ? { banner: { js: requireBanner } } : {}),
  };
}

/** Formats to try, in order. */
export function candidateFormats(options: BundleOptions): readonly ("cjs" | "esm")[] {
  const wanted = options.format ?? "auto";
  if (wanted !== "auto") return [wanted];
  const extension = extname(options.entry);
  return extension === ".mjs" || extension === ".mts" ? ["esm"] : ["cjs", "esm"];
}

/**
 * Whether a CJS build that nobody asked for says that the source awaits at the top level or uses
 * `import.meta`.
 */
export function asksForEsm(
  options: BundleOptions,
  format: "cjs" | "esm",
  messages: readonly Message[],
): boolean {
  if (format === "esm" || (options.format ?? "auto") !== "auto") return false;
  return messages.some(
    ({ id, text }) => id === "empty-import-meta" || text.startsWith("Top-level await is currently not"),
  );
}

export function bundleOf(options: BundleOptions, format: "cjs" | "esm", result: BuildResult): Bundle {
  const files = (result.outputFiles ?? []).map((file: OutputFile) => [basename(file.path), file.contents]);
  return {
    files: Object.fromEntries(files),
    module: moduleName(options.entry),
    format,
    warnings: result.warnings.map(describeMessage),
  };
}

/** TULLE3017 for esbuild's messages. */
export function sourceNotBuilt(entry: string, errors: readonly Message[], cause: unknown): TulleError {
  const [first] = errors;
  const message = first === undefined ? `${entry}: ${(cause as Error).message}` : describeMessage(first);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return new TulleError("TULLE3017", `${message}${more}`, {
    cause,
    context: {
      file: first?.location?.file ?? entry,
      line: first?.location?.line ?? null,
      column: first?.location == null ? null : first.location.column + 1,
    },
  });
}

/** `file:line:column: text`, counted from 1. */
function describeMessage({ location, text }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

function moduleName(entry: string): string {
  return basename(entry).replace(/\.[cm]?[jt]sx?$/, "");
}
