import { readFile, stat } from "node:fs/promises";
import { extname, isAbsolute, join } from "node:path";
import { TulleError } from "@tulle/core/errors";
import { buildBundle } from "./bundle.ts";
import { packFiles, packFolder } from "./pack.ts";

/**
 * Code from this machine's disk, for people who develop on it.
 *
 * Through the API it is `Code: {S3Bucket: "tulle:local", S3Key: "/absolute/path"}`. A bucket's name cannot
 * hold a colon, so no real deployment is mistaken for it. The path names a folder (packed as it is), a
 * `.zip`, or a source file (bundled). Only root credentials may use it: whoever may name a path may read it
 * through a function.
 */
export const localBucket = "tulle:local";

const sourceExtension = /^\.[cm]?[jt]sx?$/;

/** The zip of what `path` names. Throws TULLE3015 or TULLE3017. */
export async function localCode(path: string, workFolder: string): Promise<Uint8Array> {
  const info = isAbsolute(path) ? await stat(path).catch(() => null) : null;
  if (info === null) throw missing(path, isAbsolute(path) ? "does not exist" : "is not an absolute path");
  if (info.isDirectory()) return packFolder(path);
  if (extname(path) === ".zip") return readFile(path);
  if (!sourceExtension.test(extname(path))) throw missing(path, "is not a folder, a zip or a source file");
  // The bundle will lie in a folder beside this one, so its source map's relative paths stay true.
  const bundle = await buildBundle({ entry: path, outFolder: join(workFolder, "bundle") });
  return packFiles(bundle.files);
}

function missing(path: string, reason: string): TulleError {
  return new TulleError("TULLE3015", `The code path ${path} ${reason}.`, { context: { path } });
}
