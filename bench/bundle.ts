/** Bundles for the benchmarks that start processes: minified, for Node 22, as people deploy them. */
import { join } from "node:path";
import { build } from "esbuild";

export interface BundleOptions {
  readonly format?: "cjs" | "esm";
}

/** Bundles source text, resolved from this folder, and gives the bytes; writes them where a file is named. */
export async function bundle(
  contents: string,
  outfile?: string,
  { format = "cjs" }: BundleOptions = {},
): Promise<Uint8Array> {
  const result = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format,
    legalComments: "none",
    conditions: ["tulle-source"],
    logLevel: "silent",
    write: outfile !== undefined,
    ...(outfile !== undefined && { outfile }),
  });
  return result.outputFiles?.[0]?.contents ?? new Uint8Array();
}

const preloadEntry = join(import.meta.dirname, "../packages/runtime/src/preload/preload.ts");

/** The runtime's preload, to be bundled as `tulle dev` does it. */
export const PRELOAD_SOURCE: string = `import ${JSON.stringify(preloadEntry)};`;
