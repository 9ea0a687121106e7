import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { readZip, unreadable, type ZipEntry, type ZipLimits } from "./zip-reader.ts";

const inflate = promisify(inflateRaw);

/**
 * Unpacks a zip into an existing, empty folder. Executable bits are kept.
 * The declared size bounds what is inflated, so an entry that lies about it cannot fill the disk.
 */
export async function unpackZip(bytes: Uint8Array, folder: string, limits?: ZipLimits): Promise<void> {
  const made = new Set<string>();
  const ensureFolder = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true });
    made.add(path);
  };
  for (const entry of readZip(bytes, limits)) {
    const target = join(folder, entry.path);
    if (entry.kind === "folder") {
      await ensureFolder(target);
      continue;
    }
    await ensureFolder(dirname(target));
    await writeFile(target, await contentOf(entry));
    if (entry.executable) await chmod(target, 0o755);
  }
}

async function contentOf(entry: ZipEntry): Promise<Uint8Array> {
  const content =
    entry.method === "stored" || entry.sizeBytes === 0 ? entry.packed : await inflateEntry(entry);
  if (content.byteLength !== entry.sizeBytes && entry.sizeBytes !== 0) {
    throw unreadable(`entry "${entry.path}" is not as long as the table of contents says`);
  }
  if (entry.sizeBytes !== 0 && crc32(content) !== entry.crc32) {
    throw unreadable(`entry "${entry.path}" fails its checksum`);
  }
  return entry.sizeBytes === 0 ? new Uint8Array() : content;
}

async function inflateEntry(entry: ZipEntry): Promise<Uint8Array> {
  try {
    return await inflate(entry.packed, { maxOutputLength: entry.sizeBytes });
  } catch (cause) {
    throw unreadable(`entry "${entry.path}" cannot be inflated (${(cause as Error).message})`);
  }
}
