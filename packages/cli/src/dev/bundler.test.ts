import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { createBundler } from "./bundler.ts";

const folder = mkdtempSync(join(tmpdir(), "tulle-bundler-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function source(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const textOf = (zip: Uint8Array | null): string =>
  zip === null ? "" : Buffer.from(Object.values(unzipSync(zip))[0]!).toString();

test("bundles sources of one name together, each into its own module", async () => {
  source("shared.ts", "export const shared: string = 'shared';");
  const a = source(
    "a/handler.ts",
    "import { shared } from '../shared.ts'; export const handler = () => shared + 'A';",
  );
  const b = source(
    "b/handler.ts",
    "import { shared } from '../shared.ts'; export const handler = () => shared + 'B';",
  );
  const bundler = await createBundler(join(folder, "together"));
  bundler.prepare([a, b]);
  const [first, second] = await Promise.all([bundler.zipOf(a), bundler.zipOf(b)]);
  expect(Object.keys(unzipSync(first!))).toEqual(["handler.cjs"]);
  expect(textOf(first)).toMatch(/"shared"[\s\S]*"A"|'shared'[\s\S]*'A'/);
  expect(textOf(second)).toContain('"B"');
  expect(textOf(second)).not.toContain('"A"');
});

test("leaves to the platform what it cannot build or what needs ESM", async () => {
  const bundler = await createBundler(join(folder, "refused"));
  expect(await bundler.zipOf(source("broken.ts", "const = 1;"))).toBeNull();
  expect(await bundler.zipOf(source("absent-import.ts", "import './absent.ts';"))).toBeNull();
  expect(await bundler.zipOf(source("meta.ts", "export const handler = () => import.meta.url;"))).toBeNull();
});

test("takes a bundle of the last run while none of its inputs has changed", async () => {
  const cache = join(folder, "cache");
  const dependency = source("c/dependency.ts", "export const value = 'one';");
  const path = source("c/handler.ts", "export { value as handler } from './dependency.ts';");
  expect(textOf(await (await createBundler(cache)).zipOf(path))).toContain("one");
  const cached = async () => textOf(await (await createBundler(cache)).zipOf(path));
  expect(await cached()).toContain("one");
  writeFileSync(dependency, "export const value = 'another';");
  expect(await cached()).toContain("another");
});

test("makes a bundle again after it was told to forget it", async () => {
  const path = source("d/handler.ts", "export const handler = 'before';");
  const bundler = await createBundler(join(folder, "forget"));
  expect(textOf(await bundler.zipOf(path))).toContain("before");
  source("d/handler.ts", "export const handler = 'afterwards';");
  bundler.forget(path);
  expect(textOf(await bundler.zipOf(path))).toContain("afterwards");
});
