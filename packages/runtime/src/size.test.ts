import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

/** What a bundle that exports this weighs, minified and gzipped. */
async function gzippedBytes(contents: string): Promise<number> {
  const result = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    target: "node22",
    write: false,
    platform: "node",
    format: "esm",
    conditions: ["tulle-source"],
  });
  return gzipSync(result.outputFiles[0]!.contents, { level: 9 }).length;
}

it("fits the data plane that every function carries into 15 KB gzipped", async () => {
  expect(await gzippedBytes('export { processCore } from "./mesh/core.ts"')).toBeLessThanOrEqual(15 * 1024);
});

it("leaves out what is not used: `invoke` alone within 21 KB, `attach` alone within 27", async () => {
  const index = JSON.stringify(join(import.meta.dirname, "index.ts"));
  expect(await gzippedBytes(`export { invoke } from ${index}`)).toBeLessThanOrEqual(21 * 1024);
  expect(await gzippedBytes(`export { attach } from ${index}`)).toBeLessThanOrEqual(27 * 1024);
});

it("fits the whole package, with every front end, into 29 KB gzipped", async () => {
  const whole = JSON.stringify(join(import.meta.dirname, "index.ts"));
  expect(await gzippedBytes(`export * from ${whole}`)).toBeLessThanOrEqual(29 * 1024);
});
