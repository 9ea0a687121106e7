#!/usr/bin/env node
/**
 * Starts the command line: from source in a checkout, from `dist` where it is installed.
 *
 * From source the workspaces must see each other under the `tulle-source` condition. A synchronous resolve
 * hook adds it in this process, which costs under a millisecond; starting Node a second time with
 * `--conditions` would cost forty. A Node that is too old for it (or for running TypeScript) is replaced by
 * the one that the checkout has installed.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const source = new URL("../src/main.ts", import.meta.url);
const checkout = existsSync(source);

if (!checkout) {
  module.enableCompileCache?.();
  const { main } = await import(new URL("../dist/main.js", import.meta.url).href);
  await main();
} else if (process.features.typescript && module.registerHooks !== undefined) {
  module.enableCompileCache();
  module.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ["tulle-source", ...context.conditions] }),
  });
  const { main } = await import(source.href);
  await main();
} else {
  const node = fileURLToPath(new URL("../../../node_modules/node/bin/node", import.meta.url));
  const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
