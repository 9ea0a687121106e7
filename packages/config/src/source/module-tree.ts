/**
 * `tulle.config.ts` and its kin to a tree.
 *
 * Node strips the types itself. The module is loaded anew whenever the file has changed (a query on its URL
 * says so), which is what `tulle dev` needs; modules that it imports stay as they were first loaded.
 */
import { stat } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Limits } from "../limits.ts";
import { plainTree } from "./plain-tree.ts";
import { failure, type Outcome, problem, type Whereabouts } from "./problem.ts";
import type { Source } from "./source.ts";
import type { Tree } from "./tree.ts";

/** Loads a configuration module and reads its default export. */
export async function loadModule(source: Source, limits: Limits): Promise<Outcome<Tree>> {
  const { file } = source;
  if (source.text.trim() === "") {
    return failure(problem("TULLE1008", "the file holds no configuration", { where: file }));
  }
  try {
    const { mtimeMs, size } = await stat(file);
    const url = `${pathToFileURL(file).href}?read=${mtimeMs}-${size}`;
    const exported = await bounded(load(url), limits.moduleMs);
    if (typeof exported !== "object" || exported === null) {
      const found = exported === undefined ? "nothing" : `the ${typeof exported} ${String(exported)}`;
      return failure(problem("TULLE1014", `the default export is ${found}, not a mesh`, { where: file }));
    }
    return plainTree(exported, source, limits);
  } catch (cause) {
    return failure(
      problem("TULLE1013", `the module failed: ${describe(cause)}`, failurePlace(source, cause)),
    );
  }
}

async function load(url: string): Promise<unknown> {
  const module: { readonly default?: unknown } = await import(/* @vite-ignore */ url);
  return await module.default;
}

/** Settles with the work, or fails after a time: a top-level `await` may wait for what never comes. */
async function bounded<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateModule(`it did not finish within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

class LateModule extends Error {}

function describe(cause: unknown): string {
  if (cause instanceof LateModule) return cause.message;
  if (!(cause instanceof Error)) return `it threw ${String(cause)}`;
  return `${cause.name}: ${cause.message.split("\n", 1)[0]}`;
}

/** Where the module failed, read from the error's stack: a frame, or the heading of a syntax error. */
function failurePlace(
  source: Source,
  cause: unknown,
): { readonly where: Whereabouts; readonly remedy: string | null } {
  const code = (cause as { readonly code?: unknown } | null)?.code;
  const remedy =
    code === "ERR_UNKNOWN_FILE_EXTENSION"
      ? "TypeScript needs Node 22.18 or later; or write JavaScript or YAML"
      : null;
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  for (const [, path, line, column] of stack.matchAll(
    /(file:\/\/[^\s():?]+|\/[^\s():?]+)(?:\?[^\s():]*)?:(\d+)(?::(\d+))?/g,
  )) {
    if (toPath(path!) !== source.file) continue;
    const start = (source.lineStarts[Number(line) - 1] ?? 0) + Number(column ?? 1) - 1;
    return { where: { source, start, end: start + 1 }, remedy };
  }
  return { where: source.file, remedy };
}

function toPath(text: string): string {
  try {
    return text.startsWith("file:") ? fileURLToPath(text) : text;
  } catch {
    return text;
  }
}
