/** One file to text, with everything that can be wrong about a file found before it is parsed. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { Limits } from "../limits.ts";
import { failure, type Outcome, problem, success, type Whereabouts } from "./problem.ts";
import { newSource, type Source } from "./source.ts";

/** How a file is to be read, by its extension. */
export type SourceKind = "yaml" | "module";

const kinds: Readonly<Record<string, SourceKind>> = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "yaml",
  ".ts": "module",
  ".mts": "module",
  ".js": "module",
  ".mjs": "module",
};

export interface ReadFile {
  readonly kind: SourceKind;
  readonly source: Source;
}

/**
 * Reads a file. `from` is where problems are reported: the `include` entry that asked for it, or the file
 * itself.
 */
export async function readSourceFile(
  file: string,
  from: Whereabouts,
  limits: Limits,
): Promise<Outcome<ReadFile>> {
  try {
    const status = await stat(file);
    if (!status.isFile()) {
      const what = status.isDirectory() ? "a folder" : "no regular file";
      return failure(problem("TULLE1004", `${file} is ${what}`, { where: from }));
    }
    const kind = kinds[extname(file).toLowerCase()];
    if (kind === undefined) {
      return failure(
        problem("TULLE1017", `${basename(file)} has no extension that is known`, { where: from }),
      );
    }
    if (status.size > limits.fileBytes) return failure(tooLarge(file, status.size, { from, limits }));
    const bytes = await readBounded(file, limits.fileBytes);
    if (bytes === null) return failure(tooLarge(file, limits.fileBytes + 1, { from, limits }));
    const text = decode(bytes);
    if (typeof text !== "string")
      return failure(problem("TULLE1007", `${file} is ${text.is}`, { where: file }));
    return success({ kind, source: newSource(file, text) });
  } catch (cause) {
    return failure(refusal(file, from, cause));
  }
}

/** The system's refusal to read, as a finding. */
function refusal(file: string, from: Whereabouts, cause: unknown): ReturnType<typeof problem> {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
  if (code === "ENOENT" || code === "ENOTDIR") {
    return problem("TULLE1003", `${file} does not exist`, { where: from });
  }
  return problem("TULLE1016", `${file} cannot be read (${code})`, { where: from });
}

function tooLarge(
  file: string,
  bytes: number,
  { from, limits }: { readonly from: Whereabouts; readonly limits: Limits },
): ReturnType<typeof problem> {
  const message = `${file} has ${bytes} bytes; at most ${limits.fileBytes} are read`;
  return problem("TULLE1005", message, { where: from });
}

/** The file's bytes, or null where it has grown beyond the bound since it was looked at. */
async function readBounded(file: string, maxBytes: number): Promise<Uint8Array | null> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, "r");
    const buffer = new Uint8Array(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) return buffer.subarray(0, length);
      length += bytesRead;
    }
    return null;
  } finally {
    await handle?.close();
  }
}

function decode(bytes: Uint8Array): string | { readonly is: string } {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { is: "UTF-16 text, not UTF-8" };
  }
  if (bytes.includes(0)) return { is: "binary, or text that is not UTF-8" };
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { is: "not UTF-8 text" };
  }
}
