import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RawEntry, rawZip } from "../../test/zips.ts";
import { type CodeStore, openCodeStore } from "./code-store.ts";
import { packFiles, packFolder } from "./pack.ts";
import { readZip } from "./zip-reader.ts";

let folder: string;
let store: CodeStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-code-"));
  store = await openCodeStore(join(folder, "code"), { totalBytes: 1_000_000, entries: 20 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the code store", () => {
  it("unpacks a zip into a folder of its content's name", async () => {
    const zip = packFiles({
      "index.js": Buffer.from("a"),
      "lib/b.js": Buffer.from("b"),
      empty: new Uint8Array(),
    });
    const { sha256, sizeBytes } = await store.add(zip);
    expect(sizeBytes).toBe(zip.byteLength);
    expect(await readFile(join(store.folder(sha256), "lib/b.js"), "utf8")).toBe("b");
    expect(await readFile(join(store.folder(sha256), "empty"), "utf8")).toBe("");
    expect(Buffer.from(await store.zip(sha256)).equals(zip)).toBe(true);
  });

  it("keeps executable bits", async () => {
    const entries = [
      { name: "run", content: "#!/bin/sh", mode: 0o100755 },
      { name: "data", content: "1", mode: 0o100644 },
    ];
    const { sha256 } = await store.add(rawZip(entries));
    const modeOf = async (name: string) => (await stat(join(store.folder(sha256), name))).mode & 0o111;
    expect(await modeOf("run")).toBe(0o111);
    expect(await modeOf("data")).toBe(0);
  });

  it("takes the same zip twice at once", async () => {
    const zip = packFiles({ "index.js": Buffer.from("same") });
    const [first, second] = await Promise.all([store.add(zip), store.add(zip)]);
    expect(first).toEqual(second);
    expect((await readdir(join(folder, "code"))).length).toBe(2);
  });

  it("sweeps what nothing refers to, and what an interrupted upload left", async () => {
    const kept = await store.add(packFiles({ a: Buffer.from("a") }));
    const dropped = await store.add(packFiles({ b: Buffer.from("b") }));
    await mkdir(join(folder, "code", ".incoming-x"));
    await store.sweep(new Set([kept.sha256]));
    expect(await readFile(join(store.folder(kept.sha256), "a"), "utf8")).toBe("a");
    await expect(stat(store.folder(dropped.sha256))).rejects.toThrow("ENOENT");
    expect((await readdir(join(folder, "code"))).length).toBe(2);
  });

  const hostile: readonly (readonly [string, string, readonly RawEntry[]])[] = [
    [
      "a parent path",
      "TULLE3011",
      [
        { name: "ok", content: "1" },
        { name: "../evil", content: "1" },
      ],
    ],
    ["a parent path in the middle", "TULLE3011", [{ name: "a/../../evil", content: "1" }]],
    ["a parent path with backslashes", "TULLE3011", [{ name: "..\\evil", content: "1" }]],
    ["an absolute path", "TULLE3011", [{ name: "/etc/evil", content: "1" }]],
    ["a drive's path", "TULLE3011", [{ name: "C:\\evil", content: "1" }]],
    ["a NUL in a path", "TULLE3011", [{ name: "a\0b", content: "1" }]],
    ["a part too long for a file", "TULLE3011", [{ name: "x".repeat(256), content: "1" }]],
    [
      "a file that is a folder too",
      "TULLE3011",
      [
        { name: "a", content: "1" },
        { name: "a/b", content: "1" },
      ],
    ],
    ["a symbolic link", "TULLE3012", [{ name: "link", content: "/etc/passwd", mode: 0o120777 }]],
    ["a device", "TULLE3012", [{ name: "device", content: "", mode: 0o020666 }]],
    ["more bytes than a function may hold", "TULLE3013", [{ name: "bomb", content: "0".repeat(1_000_001) }]],
    [
      "a size that adds up over entries",
      "TULLE3013",
      Array.from({ length: 3 }, (_, i) => ({ name: `${i}`, content: "0".repeat(400_000) })),
    ],
    [
      "more entries than are unpacked",
      "TULLE3013",
      Array.from({ length: 21 }, (_, i) => ({ name: `${i}`, content: "1" })),
    ],
    [
      "an entry that unpacks to more than it says",
      "TULLE3010",
      [{ name: "liar", content: "0".repeat(900_000), declaredBytes: 10 }],
    ],
    [
      "an entry that unpacks to less than it says",
      "TULLE3010",
      [{ name: "liar", content: "1", declaredBytes: 10 }],
    ],
    ["a wrong checksum", "TULLE3010", [{ name: "bad", content: "1", crc: 1 }]],
    ["encryption", "TULLE3010", [{ name: "secret", content: "1", flags: 1 }]],
    ["an unknown method", "TULLE3010", [{ name: "odd", content: "1", method: 12 }]],
    ["nothing", "TULLE3014", []],
    ["folders only", "TULLE3014", [{ name: "a/", mode: 0o040755 }]],
  ];

  it.each(hostile)("refuses %s with %s and leaves nothing behind", async (_what, code, entries) => {
    await expect(store.add(rawZip(entries))).rejects.toMatchObject({ code });
    expect(await readdir(join(folder, "code"))).toEqual([]);
    expect(await readdir(folder)).toEqual(["code"]);
  });

  it("refuses what is no zip, and a zip that is cut off anywhere", async () => {
    await expect(store.add(Buffer.from("this is not a zip"))).rejects.toMatchObject({ code: "TULLE3010" });
    await expect(store.add(new Uint8Array())).rejects.toMatchObject({ code: "TULLE3010" });
    const zip = rawZip([{ name: "index.js", content: "exports.handler = 1" }]);
    for (let length = 0; length < zip.byteLength; length++) {
      await expect(store.add(zip.subarray(0, length))).rejects.toMatchObject({ code: "TULLE3010" });
    }
    expect(await readdir(join(folder, "code"))).toEqual([]);
  });
});

describe("reading a zip", () => {
  it("never does anything but answer or refuse with a code, whatever the bytes", () => {
    const zip = rawZip([
      { name: "a/b.js", content: "exports.handler = 1" },
      { name: "c", content: "2", method: 0 },
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(zip.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const damaged = Buffer.from(zip);
          for (const [at, value] of changes) damaged[at] = value;
          try {
            for (const { path } of readZip(damaged)) {
              expect(path.startsWith("/") || path.split("/").includes("..")).toBe(false);
            }
          } catch (error) {
            expect((error as { code?: string }).code).toMatch(/^TULLE301[0-4]$/);
          }
        },
      ),
    );
  });

  it("reads what another tool wrote", () => {
    const entries = readZip(
      zipSync({ "a.txt": Buffer.from("hello"), folder: { "b.txt": Buffer.from("b") } }),
    );
    expect(entries.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ["a.txt", 5],
      ["folder", 0],
      ["folder/b.txt", 1],
    ]);
  });
});

describe("packing a folder", () => {
  it("gives equal zips for equal folders and follows links", async () => {
    const make = async (name: string) => {
      await mkdir(join(folder, name, "node_modules"), { recursive: true });
      await mkdir(join(folder, `${name}-package`));
      await writeFile(join(folder, `${name}-package`, "index.js"), "module.exports = 1");
      await writeFile(join(folder, name, "index.js"), "exports.handler = 1");
      await symlink(join(folder, `${name}-package`), join(folder, name, "node_modules", "linked"));
      await symlink(join(folder, name), join(folder, name, "node_modules", "self"));
      return packFolder(join(folder, name));
    };
    const [first, second] = [await make("one"), await make("two")];
    expect(Buffer.from(first).equals(second)).toBe(true);
    expect(readZip(first).map(({ path }) => path)).toEqual(["index.js", "node_modules/linked/index.js"]);
  });
});
