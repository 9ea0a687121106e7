import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { TulleError } from "@tulle/core/errors";
import { type Zippable, zipSync } from "fflate";
import { lambdaZipLimits } from "./zip-reader.ts";

/** Zip dates have no zone and start in 1980; a fixed one makes equal folders equal zips. */
const fixedDate = new Date("1980-01-01T12:00:00");
const unix = 3;

/**
 * Packs a folder into a zip whose bytes depend on nothing but names, contents and executable bits.
 * Links are followed: a package in a workspace is a link in `node_modules`.
 */
export async function packFolder(folder: string): Promise<Uint8Array> {
  const zippable: Zippable = {};
  let totalBytes = 0;
  const visit = async (path: string, name: string, above: readonly string[]): Promise<void> => {
    const info = await stat(path);
    if (info.isDirectory()) {
      const real = await realpath(path);
      if (above.includes(real)) return;
      for (const child of (await readdir(path)).sort()) {
        await visit(join(path, child), name === "" ? child : `${name}/${child}`, [...above, real]);
      }
      return;
    }
    if (!info.isFile()) return;
    totalBytes += info.size;
    if (totalBytes > lambdaZipLimits.totalBytes) {
      throw new TulleError(
        "TULLE3013",
        `The folder ${folder} holds more than ${lambdaZipLimits.totalBytes} bytes.`,
      );
    }
    const mode = (info.mode & 0o111) === 0 ? 0o100644 : 0o100755;
    zippable[name] = [new Uint8Array(await readFile(path)), { os: unix, attrs: mode << 16 }];
  };
  await visit(folder, "", []);
  return zipSync(zippable, { level: 1, mtime: fixedDate });
}

/** Packs files that are in memory; equal contents make equal zips. */
export function packFiles(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync({ ...files }, { level: 1, mtime: fixedDate });
}
