/** The runtime's preload as one file, made once for a run. */
import { join } from "node:path";
import { fromSource, preloadEntry } from "./entry-points.ts";

/** Bundles the preload into a folder and names the file. */
export async function bundlePreload(folder: string): Promise<string> {
  const { build } = await import("esbuild");
  const outfile = join(folder, "preload.cjs");
  await build({
    entryPoints: [preloadEntry()],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    legalComments: "none",
    conditions: fromSource ? ["tulle-source"] : [],
    logLevel: "silent",
  });
  return outfile;
}

/** The flag for `NODE_OPTIONS`, where a path with spaces has to stand in quotes. */
export function preloadOption(file: string): string {
  return `-r ${/\s/.test(file) ? JSON.stringify(file) : file}`;
}
