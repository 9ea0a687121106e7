import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HandlerNotFound, ImportModuleError, MalformedHandlerName, UserCodeSyntaxError } from "./errors.ts";
import { awslambda, isStreaming } from "./streaming.ts";

/** The user's function, and which way it wants to be called. */
export interface Handler {
  readonly call: (...values: unknown[]) => unknown;
  readonly streaming: boolean;
  /** Declared with `async`: an empty event loop before it settles is an error and not an answer of null. */
  readonly isAsync: boolean;
}

/** Finds `folder/file.export` below the task root, the way Lambda's Node runtime does. */
export async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  (globalThis as Record<string, unknown>)["awslambda"] = awslambda;
  if (name.includes("..")) {
    throw new MalformedHandlerName(
      `'${name}' is not a valid handler name. ` +
        "Use absolute paths when specifying root directories in handler names.",
    );
  }
  const file = basename(name);
  const dot = file.indexOf(".");
  if (dot <= 0) throw new MalformedHandlerName("Bad handler");
  const module = join(name.slice(0, name.length - file.length), file.slice(0, dot));
  const exported = await loadModule(taskRoot, module);
  const call = file
    .slice(dot + 1)
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], exported);
  if (call === undefined || call === null) throw new HandlerNotFound(`${name} is undefined or not exported`);
  if (typeof call !== "function") throw new HandlerNotFound(`${name} is not a function`);
  return {
    call: call as Handler["call"],
    streaming: isStreaming(call),
    isAsync: call.constructor?.name === "AsyncFunction",
  };
}

async function loadModule(taskRoot: string, module: string): Promise<unknown> {
  try {
    return await findModule(taskRoot, module);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserCodeSyntaxError(error);
    if ((error as NodeJS.ErrnoException | null)?.code === "MODULE_NOT_FOUND") {
      throw new ImportModuleError(error);
    }
    throw error;
  }
}

async function findModule(taskRoot: string, module: string): Promise<unknown> {
  const path = resolve(taskRoot, module);
  const require = createRequire(`${taskRoot}/`);
  if (existsSync(`${path}.js`)) {
    return isModuleType(dirname(path)) ? import(pathToFileURL(`${path}.js`).href) : require(`${path}.js`);
  }
  if (existsSync(`${path}.mjs`)) return import(pathToFileURL(`${path}.mjs`).href);
  if (existsSync(`${path}.cjs`)) return require(`${path}.cjs`);
  return require(require.resolve(module, { paths: [taskRoot, dirname(path)] }));
}

/** Whether the nearest package.json says that `.js` is ESM. */
function isModuleType(folder: string): boolean {
  if (basename(folder) === "node_modules") return false;
  const manifest = join(folder, "package.json");
  if (existsSync(manifest)) {
    try {
      const { type } = JSON.parse(readFileSync(manifest, "utf8")) as { type?: unknown };
      return type === "module";
    } catch (error) {
      console.warn(`${manifest} cannot be read, it will be ignored for ES module detection purposes.`, error);
      return false;
    }
  }
  const parent = dirname(folder);
  return parent === folder ? false : isModuleType(parent);
}
