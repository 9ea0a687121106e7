import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleSource } from "./bundle.ts";
import { localCode } from "./local-code.ts";
import { type SourceChange, watchSource } from "./watch.ts";
import { readZip } from "./zip-reader.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-bundle-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("bundling a source", () => {
  it("gives a CJS module with a source map", async () => {
    await write("greeting.ts", "export const greeting: string = 'hello';");
    const entry = await write(
      "handler.ts",
      "import { greeting } from './greeting.ts'; export const handler = async () => greeting;",
    );
    const bundle = await bundleSource({ entry, outFolder: join(folder, "out") });
    expect(bundle).toMatchObject({ format: "cjs", module: "handler" });
    expect(Object.keys(bundle.files).sort()).toEqual(["handler.cjs", "handler.cjs.map"]);
    const loaded = createRequire(import.meta.url)(join(folder, "out/handler.cjs"));
    expect(await loaded.handler()).toBe("hello");
    expect(JSON.parse(await readFile(join(folder, "out/handler.cjs.map"), "utf8")).sources).toContain(
      "../handler.ts",
    );
  });

  it.each([
    [
      "awaits at the top level",
      "export const ready = await Promise.resolve(1); export const handler = async () => ready;",
    ],
    ["uses import.meta", "export const handler = async () => import.meta.url.length > 0 ? 1 : 0;"],
  ])("gives an ESM module where the source %s", async (_what, source) => {
    const entry = await write("handler.ts", source);
    const bundle = await bundleSource({ entry, outFolder: join(folder, "out") });
    expect(bundle.format).toBe("esm");
    const loaded = await import(pathToFileURL(join(folder, "out/handler.mjs")).href);
    expect(await loaded.handler()).toBe(1);
  });

  it("names file, line and column of what is broken", async () => {
    const entry = await write("handler.ts", "export const handler = async () => {\n  retrun 1;\n};\n");
    await expect(bundleSource({ entry, outFolder: join(folder, "out") })).rejects.toMatchObject({
      code: "TULLE3017",
      message: expect.stringMatching(/handler\.ts:2:10: Expected ";" but found "1"/),
      context: { line: 2, column: 10 },
    });
  });

  it("refuses a path that is not there, is relative, or is nothing to bundle", async () => {
    const text = await write("notes.txt", "x");
    for (const path of [join(folder, "missing"), "relative.ts", text]) {
      await expect(localCode(path, folder)).rejects.toMatchObject({ code: "TULLE3015" });
    }
  });

  it("takes local code as a folder, a zip or a source", async () => {
    const entry = await write("handler.ts", "export const handler = async () => 1;");
    const zip = await localCode(entry, folder);
    expect(readZip(zip).map(({ path }) => path)).toContain("handler.cjs");
    await writeFile(join(folder, "code.zip"), zip);
    expect(Buffer.from(await localCode(join(folder, "code.zip"), folder)).equals(zip)).toBe(true);
    expect(readZip(await localCode(folder, folder)).map(({ path }) => path)).toEqual([
      "code.zip",
      "handler.ts",
    ]);
  });
});

describe("watching a source", () => {
  it("rebuilds on a change of any input, and keeps watching what is broken", {
    timeout: 20_000,
  }, async () => {
    const dependency = await write("value.ts", "export const value = 1;");
    const entry = await write(
      "handler.ts",
      "import { value } from './value.ts'; export const handler = () => value;",
    );
    const changes: SourceChange[] = [];
    const watch = await watchSource({ entry, outFolder: folder }, (change) => changes.push(change));
    const last = () => changes.at(-1);
    const text = () => {
      const change = last();
      return change?.kind === "built" ? Buffer.from(change.bundle.files["handler.cjs"] ?? "").toString() : "";
    };
    const patient = { timeout: 8_000 };
    await expect.poll(text, patient).toContain("value = 1");
    await writeFile(dependency, "export const value = 2;");
    await expect.poll(text, patient).toContain("value = 2");
    await writeFile(dependency, "export const value = ;");
    await expect.poll(last, patient).toMatchObject({ kind: "broken", error: { code: "TULLE3017" } });
    const broken = last();
    expect(broken?.kind === "broken" && broken.error.message).toMatch(/value\.ts:1:22: /);
    await writeFile(dependency, "export const value = 3;");
    await expect.poll(text, patient).toContain("value = 3");
    await watch.close();
  });
});
