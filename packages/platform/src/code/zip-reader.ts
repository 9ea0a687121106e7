import { TulleError } from "@tulle/core/errors";

/**
 * Reads a zip's table of contents and refuses what must not be unpacked, before a byte is written.
 *
 * Hand-written because the checks need what archive libraries hide: the file type and mode in the external
 * attributes, the sizes as declared, and the raw path. Only what Lambda accepts is read: stored and deflated
 * entries, no encryption, no zip64 (a package is at most 250 MB). Every entry has been judged when `readZip`
 * returns.
 *
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export interface ZipEntry {
  /** Relative, with `/`, without `.` and `..` parts. */
  readonly path: string;
  readonly kind: "file" | "folder";
  readonly executable: boolean;
  readonly method: "stored" | "deflated";
  readonly sizeBytes: number;
  readonly crc32: number;
  /** The entry's bytes as they lie in the zip. */
  readonly packed: Uint8Array;
}

export interface ZipLimits {
  readonly totalBytes: number;
  readonly entries: number;
}

/**
 * What a function may hold on Lambda: 250 MB unpacked. The number of entries is this platform's own bound.
 */
export const lambdaZipLimits: ZipLimits = { totalBytes: 262_144_000, entries: 50_000 };

const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const centralBytes = 46;
const localBytes = 30;
const unixHost = 3;
const fileTypeMask = 0xf000;
const regularFile = 0x8000;
const folderType = 0x4000;

/** Entries of a zip in order. Throws TULLE3010 to TULLE3014. */
export function readZip(bytes: Uint8Array, limits: ZipLimits = lambdaZipLimits): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) throw unreadable("it uses zip64, which Lambda does not need");
  if (count > limits.entries) {
    throw tooLarge(`The zip holds ${count} entries; at most ${limits.entries} are unpacked`);
  }
  const entries: ZipEntry[] = [];
  let totalBytes = 0;
  for (let index = 0; index < count; index++) {
    if (at + centralBytes > end || view.getUint32(at, true) !== centralSignature) {
      throw unreadable(`its table of contents is cut off at entry ${index + 1} of ${count}`);
    }
    const entry = readEntry(view, bytes, at);
    totalBytes += entry.sizeBytes;
    if (totalBytes > limits.totalBytes) {
      throw tooLarge(`Unzipped size must be smaller than ${limits.totalBytes} bytes`);
    }
    entries.push(entry);
    at += centralBytes + trailingBytes(view, at);
  }
  if (!entries.some((entry) => entry.kind === "file")) throw new TulleError("TULLE3014", "The zip is empty.");
  refuseFilesThatAreFolders(entries);
  return entries;
}

function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - endBytes - 0xffff);
  for (let at = view.byteLength - endBytes; at >= lowest; at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  throw unreadable("it has no end-of-contents record, so it is not a zip or is cut off");
}

/** Bytes of name, extra field and comment behind a central header. */
function trailingBytes(view: DataView, at: number): number {
  return view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
}

function readEntry(view: DataView, bytes: Uint8Array, at: number): ZipEntry {
  const nameBytes = view.getUint16(at + 28, true);
  const rawName = new TextDecoder().decode(bytes.subarray(at + centralBytes, at + centralBytes + nameBytes));
  const path = safePath(rawName);
  if ((view.getUint16(at + 8, true) & 1) !== 0) throw unreadable(`entry "${rawName}" is encrypted`);
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) {
    throw unreadable(`entry "${rawName}" is packed with method ${method}; Lambda reads stored and deflated`);
  }
  const mode = unixMode(view, at);
  const type = mode & fileTypeMask;
  if (type !== 0 && type !== regularFile && type !== folderType) {
    throw new TulleError("TULLE3012", `Entry "${rawName}" is a link or special file.`, {
      context: { entry: rawName },
    });
  }
  return {
    path,
    kind: type === folderType || /[/\\]$/.test(rawName) ? "folder" : "file",
    executable: (mode & 0o111) !== 0,
    method: method === 0 ? "stored" : "deflated",
    sizeBytes: view.getUint32(at + 24, true),
    crc32: view.getUint32(at + 16, true),
    packed: packedBytes(view, bytes, { at, rawName }),
  };
}

/** Mode bits where a Unix tool made the zip, otherwise 0. */
function unixMode(view: DataView, at: number): number {
  const host = view.getUint8(at + 5);
  return host === unixHost ? view.getUint32(at + 38, true) >>> 16 : 0;
}

function packedBytes(
  view: DataView,
  bytes: Uint8Array,
  entry: { readonly at: number; readonly rawName: string },
): Uint8Array {
  const local = view.getUint32(entry.at + 42, true);
  if (local + localBytes > view.byteLength || view.getUint32(local, true) !== localSignature) {
    throw unreadable(`entry "${entry.rawName}" points at nothing`);
  }
  const start = local + localBytes + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const stop = start + view.getUint32(entry.at + 20, true);
  if (stop > view.byteLength) throw unreadable(`entry "${entry.rawName}" is cut off`);
  return bytes.subarray(start, stop);
}

/** The path as it may be written, or TULLE3011. Backslashes are separators: some Windows tools write them. */
function safePath(rawName: string): string {
  const unified = rawName.replaceAll("\\", "/");
  const parts = unified.split("/").filter((part) => part !== "" && part !== ".");
  const reason =
    unified.startsWith("/") || /^[A-Za-z]:/.test(unified)
      ? "is absolute"
      : parts.includes("..")
        ? "has a `..` part"
        : unified.includes("\0")
          ? "has a NUL byte"
          : unified.length > 4096 || parts.some((part) => Buffer.byteLength(part) > 255)
            ? "is too long"
            : null;
  if (reason === null) return parts.join("/");
  throw new TulleError("TULLE3011", `The path of entry "${printable(rawName)}" ${reason}.`, {
    context: { entry: printable(rawName) },
  });
}

function refuseFilesThatAreFolders(entries: readonly ZipEntry[]): void {
  const files = new Set(entries.filter((entry) => entry.kind === "file").map((entry) => entry.path));
  for (const { path, kind } of entries) {
    const parts = path.split("/");
    const depth = kind === "folder" ? parts.length : parts.length - 1;
    for (let length = 1; length <= depth; length++) {
      const folder = parts.slice(0, length).join("/");
      if (!files.has(folder)) continue;
      throw new TulleError("TULLE3011", `The path "${folder}" is both a file and a folder.`, {
        context: { entry: folder },
      });
    }
  }
}

function printable(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

/** TULLE3010 with what is wrong with the zip. */
export function unreadable(detail: string): TulleError {
  return new TulleError("TULLE3010", `The uploaded code cannot be unzipped: ${detail}.`, {
    context: { detail },
  });
}

function tooLarge(message: string): TulleError {
  return new TulleError("TULLE3013", message);
}
