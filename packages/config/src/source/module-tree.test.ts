import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadMesh } from "../load-mesh.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-module-"));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;

async function load(text: string, extension = "mjs") {
  count += 1;
  const path = join(folder, `tulle${count}.config.${extension}`);
  await writeFile(path, text);
  return loadMesh({ path, limits: { moduleMs: 200 } });
}

async function refusalOf(text: string): Promise<string> {
  const { ok, findings } = await load(text);
  expect(ok).toBe(false);
  const { code, message, location, path } = findings[0]!;
  return `${code} ${message} @${location === null ? path.join(".") : `${location.line}:${location.column}`}`;
}

describe("a configuration module", () => {
  it("gives its default export, typed or not, now or later", async () => {
    const mesh = '{ version: 1, mesh: "fleet", services: { a: { backend: { function: "f" } } } }';
    for (const [text, extension] of [
      [`const mesh: { version: number } & object = ${mesh};\nexport default mesh;`, "ts"],
      [`export default ${mesh};`, "mjs"],
      [`export default Promise.resolve(${mesh});`, "mjs"],
    ] as const) {
      const loaded = await load(text, extension);
      expect(loaded.findings).toEqual([]);
      expect(loaded.ok && loaded.config.services["a"]!.backend).toEqual({
        kind: "function",
        functionName: "f",
      });
    }
  });

  it("is read anew when it has changed", async () => {
    const path = join(folder, "changing.config.mjs");
    const meshOf = async (name: string) => {
      await writeFile(path, `export default { version: 1, mesh: "${name}" };`);
      const loaded = await loadMesh({ path });
      return loaded.ok && loaded.config.mesh;
    };
    expect(await meshOf("first")).toBe("first");
    expect(await meshOf("the-second")).toBe("the-second");
  });

  it("may leave keys undefined", async () => {
    const loaded = await load('export default { version: 1, mesh: "m", services: undefined };');
    expect(loaded.ok).toBe(true);
  });

  it("has findings placed by path, since its values have no position", async () => {
    const { findings } = await load('export default { version: 1, mesh: "m", service: {} };');
    expect(findings).toMatchObject([{ code: "TULLE1002", path: ["service"], location: null }]);
    expect(findings[0]!.file).toMatch(/tulle\d+\.config\.mjs$/);
  });

  it("that throws is refused at the place where it threw", async () => {
    expect(await refusalOf('\nconst x = 1;\n  throw new RangeError("too far");\n')).toBe(
      "TULLE1013 the module failed: RangeError: too far @3:9",
    );
  });

  it("that throws no error is refused", async () => {
    expect(await refusalOf('throw "text";')).toBe("TULLE1013 the module failed: it threw text @");
  });

  it("that is not JavaScript is refused", async () => {
    expect(await refusalOf("export default {{;\n")).toMatch(/^TULLE1013 the module failed: /);
  });

  it("that imports what does not exist is refused", async () => {
    expect(await refusalOf('import "./absent.mjs";\n')).toMatch(
      /^TULLE1013 the module failed: .*absent\.mjs/,
    );
  });

  it("that never finishes is refused", async () => {
    expect(await refusalOf("await new Promise(() => {});\nexport default {};")).toBe(
      "TULLE1013 the module failed: it did not finish within 200 ms @",
    );
  });

  it.each([
    ["nothing", "export const mesh = {};", "TULLE1014 the default export is nothing, not a mesh @"],
    ["text", 'export default "mesh";', "TULLE1014 the default export is the string mesh, not a mesh @"],
    [
      "a list",
      "export default [];",
      "TULLE1102 a configuration is a map of keys, beginning with `version` and `mesh` @",
    ],
    [
      "a function inside",
      "export default { mesh: () => 1 };",
      "TULLE1019 a function is not plain data @mesh",
    ],
    [
      "a date",
      "export default { a: [new Date(0)] };",
      "TULLE1019 an instance of Date is not plain data @a.0",
    ],
    ["no number", "export default { a: { b: NaN } };", "TULLE1019 NaN (number) is not plain data @a.b"],
    ["a big integer", "export default { a: 1n };", "TULLE1019 1 (bigint) is not plain data @a"],
    [
      "a cycle",
      "const a = {}; a.b = a; export default a;",
      "TULLE1019 an object that contains itself is not plain data @b",
    ],
  ])("that exports %s is refused", async (_, text, refusal) => {
    expect(await refusalOf(text)).toBe(refusal);
  });

  it("that exports more levels than are read is refused", async () => {
    const text = "let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; export default a;";
    expect(await refusalOf(text)).toMatch(/^TULLE1012 more than 64 levels/);
  });

  it("may use one object in two places", async () => {
    const loaded = await load(
      `const t = { request: "1s" };
       export default { version: 1, mesh: "m", policies: { timeouts: { a: t, b: t } } };`,
    );
    expect(loaded.findings).toEqual([]);
  });
});
