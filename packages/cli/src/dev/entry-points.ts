/**
 * Where the modules are that other processes run: TypeScript source in a checkout, JavaScript where Tulle
 * is installed.
 */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether this very module is source. */
export const fromSource: boolean = import.meta.url.endsWith(".ts");

const extension = fromSource ? "ts" : "js";

/** Absolute path of an exported module, links resolved: Node runs no TypeScript inside `node_modules`. */
export function entryPoint(specifier: "@tulle/control/main" | "@tulle/gateway/main"): string {
  return realpathSync(fileURLToPath(import.meta.resolve(specifier)));
}

/** The runtime's preload, from which a bundle is made. */
export function preloadEntry(): string {
  const index = realpathSync(fileURLToPath(import.meta.resolve("@tulle/runtime")));
  return join(dirname(index), "preload", `preload.${extension}`);
}
