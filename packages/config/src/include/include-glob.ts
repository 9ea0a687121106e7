/**
 * The patterns of `include`: `*` and `?` within a name, `**` for any folders.
 *
 * Written here because Node's own `fs.glob` still warns on the oldest Node that we support. Results are
 * sorted, so that the same files give the same mesh everywhere; `node_modules` and hidden folders are not
 * searched by wildcards.
 */
import { readdir } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";

export interface GlobResult {
  /** Absolute paths, sorted. */
  readonly files: readonly string[];
  /** Whether more folder entries would have had to be looked at than allowed. */
  readonly exhausted: boolean;
}

/** Whether an `include` entry is a pattern and not the path of one file. */
export function isPattern(entry: string): boolean {
  return /[*?]/.test(entry);
}

/** Files that match a pattern relative to a folder, looking at no more than `maxEntries` folder entries. */
export async function expandPattern(
  pattern: string,
  folder: string,
  maxEntries: number,
): Promise<GlobResult> {
  const segments = pattern.split(/[\\/]+/).filter((segment) => segment !== "" && segment !== ".");
  const search: Search = { found: new Set(), left: maxEntries };
  await descend(isAbsolute(pattern) ? resolve("/") : folder, segments, search);
  return { files: [...search.found].sort(), exhausted: search.left < 0 };
}

interface Search {
  readonly found: Set<string>;
  left: number;
}

async function descend(folder: string, segments: readonly string[], search: Search): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined || search.left < 0) return;
  if (segment === "**") {
    // `**` stands for no folder, too; a last `**` stands for every file below.
    await descend(folder, rest.length === 0 ? ["*"] : rest, search);
    for (const entry of await list(folder, search)) {
      if (entry.isDirectory() && isSearched(entry.name)) {
        await descend(join(folder, entry.name), segments, search);
      }
    }
    return;
  }
  if (!isPattern(segment)) {
    const path = join(folder, segment);
    if (rest.length > 0) await descend(path, rest, search);
    else if ((await list(folder, search)).some((entry) => entry.name === segment && !entry.isDirectory())) {
      search.found.add(path);
    }
    return;
  }
  const expression = toExpression(segment);
  for (const entry of await list(folder, search)) {
    if (!expression.test(entry.name) || !isSearched(entry.name)) continue;
    const path = join(folder, entry.name);
    if (rest.length > 0) await descend(path, rest, search);
    else if (!entry.isDirectory()) search.found.add(path);
  }
}

type Entries = Awaited<ReturnType<typeof readFolder>>;

async function list(folder: string, search: Search): Promise<Entries> {
  if (search.left < 0) return [];
  const entries = await readFolder(folder);
  search.left -= entries.length;
  return entries;
}

/** Entries of a folder; of what is no folder, or cannot be read, none. */
async function readFolder(folder: string): Promise<import("node:fs").Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isSearched(name: string): boolean {
  return name !== "node_modules" && !name.startsWith(".");
}

function toExpression(segment: string): RegExp {
  const escaped = segment.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*+/g, "[^/]*").replace(/\?/g, "[^/]")}$`);
}
