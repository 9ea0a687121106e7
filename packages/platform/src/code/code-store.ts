import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unpackZip } from "./unpack.ts";
import type { ZipLimits } from "./zip-reader.ts";

/**
 * Where the code of every version lies, by content.
 *
 * A package is known by the SHA-256 of its zip: the same upload is unpacked once, a version's folder never
 * changes under a running environment, and there is nothing to lock. A package is unpacked beside its place
 * and renamed into it, so a folder with a final name is complete, whatever was killed when.
 */
export interface CodeStore {
  /** Checks and unpacks a zip. Throws TULLE3010 to TULLE3014 and then leaves nothing behind. */
  add(zip: Uint8Array): Promise<{ readonly sha256: string; readonly sizeBytes: number }>;
  /** Folder with the unpacked package of a base64 SHA-256. */
  folder(sha256: string): string;
  /** The zip as it was added. */
  zip(sha256: string): Promise<Uint8Array>;
  /** Removes packages that no version refers to, and what an interrupted `add` left. */
  sweep(referenced: ReadonlySet<string>): Promise<void>;
}

/** Opens the store in `folder`, which is made when missing. */
export async function openCodeStore(folder: string, limits?: ZipLimits): Promise<CodeStore> {
  await mkdir(folder, { recursive: true });
  const place = (sha256: string): string => join(folder, Buffer.from(sha256, "base64").toString("hex"));

  const unpack = async (zip: Uint8Array, final: string): Promise<void> => {
    const incoming = join(folder, `.incoming-${randomUUID()}`);
    try {
      await mkdir(incoming);
      await unpackZip(zip, incoming, limits);
      await writeFile(`${incoming}.zip`, zip);
      await rename(`${incoming}.zip`, `${final}.zip`);
      await rename(incoming, final).catch(ignoreExisting);
    } finally {
      await rm(incoming, { recursive: true, force: true });
      await rm(`${incoming}.zip`, { force: true });
    }
  };

  return {
    folder: place,
    zip: (sha256) => readFile(`${place(sha256)}.zip`),
    async add(zip) {
      const sha256 = createHash("sha256").update(zip).digest("base64");
      const final = place(sha256);
      if (!(await exists(final))) await unpack(zip, final);
      return { sha256, sizeBytes: zip.byteLength };
    },
    async sweep(referenced) {
      const keep = new Set([...referenced].map((sha256) => Buffer.from(sha256, "base64").toString("hex")));
      for (const name of await readdir(folder)) {
        if (!keep.has(name.replace(/\.zip$/, "")))
          await rm(join(folder, name), { recursive: true, force: true });
      }
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Two uploads of the same bytes at once: the first one's folder stands. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
}
