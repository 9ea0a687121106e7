import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Names under which a mesh's root file is looked for, the first one found wins. */
const rootNames: readonly string[] = [
  "tulle.yaml",
  "tulle.yml",
  "tulle.config.ts",
  "tulle.config.mts",
  "tulle.config.mjs",
  "tulle.config.js",
];

/** The root file of the mesh in a folder, or null where the folder has none. */
export async function findMeshFile(folder: string): Promise<string | null> {
  try {
    const present = new Set(await readdir(folder));
    const name = rootNames.find((candidate) => present.has(candidate));
    return name === undefined ? null : join(folder, name);
  } catch {
    return null;
  }
}
