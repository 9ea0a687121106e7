import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadMesh } from "../load-mesh.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-read-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Code and message of the only finding about a file. */
async function refusalOf(name: string, content?: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  if (content !== undefined) await writeFile(path, content);
  const { ok, findings } = await loadMesh({ path });
  expect(ok).toBe(false);
  expect(findings).toHaveLength(1);
  expect(findings[0]!.file).toBe(path);
  return `${findings[0]!.code} ${findings[0]!.message.replace(folder, "")}`;
}

const hasFifo = process.platform !== "win32";

describe("a file", () => {
  it("that does not exist is refused", async () => {
    expect(await refusalOf("absent.yaml")).toBe("TULLE1003 /absent.yaml does not exist");
  });

  it("below something that is no folder is refused", async () => {
    await writeFile(join(folder, "plain"), "");
    expect(await refusalOf("plain/tulle.yaml")).toBe("TULLE1003 /plain/tulle.yaml does not exist");
  });

  it("that is a folder is refused", async () => {
    await mkdir(join(folder, "folder.yaml"));
    expect(await refusalOf("folder.yaml")).toBe("TULLE1004 /folder.yaml is a folder");
  });

  it.skipIf(!hasFifo)(
    "that is a pipe is refused without waiting for it (skipped where pipes have no path)",
    async () => {
      execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
      expect(await refusalOf("pipe.yaml")).toBe("TULLE1004 /pipe.yaml is no regular file");
    },
  );

  it("of an unknown kind is refused", async () => {
    expect(await refusalOf("tulle.toml", "version = 1")).toBe(
      "TULLE1017 tulle.toml has no extension that is known",
    );
  });

  it("that the system does not get to the end of is refused", async () => {
    await symlink("circle.yaml", join(folder, "circle.yaml"));
    expect(await refusalOf("circle.yaml")).toBe("TULLE1016 /circle.yaml cannot be read (ELOOP)");
  });

  it("of 50 MB is refused before it is read", async () => {
    const path = join(folder, "huge.yaml");
    await (await open(path, "w")).close();
    await truncate(path, 50_000_000);
    expect(await refusalOf("huge.yaml")).toBe(
      "TULLE1005 /huge.yaml has 50000000 bytes; at most 1048576 are read",
    );
  });

  it("in UTF-16 is refused", async () => {
    const text = Buffer.from("\ufeffversion: 1", "utf16le");
    expect(await refusalOf("wide.yaml", text)).toBe("TULLE1007 /wide.yaml is UTF-16 text, not UTF-8");
  });

  it("that is binary or broken UTF-8 is refused", async () => {
    expect(await refusalOf("binary.yaml", new Uint8Array([80, 75, 3, 4, 0, 0]))).toBe(
      "TULLE1007 /binary.yaml is binary, or text that is not UTF-8",
    );
    expect(await refusalOf("latin.yaml", new Uint8Array([109, 58, 32, 0xe9, 10]))).toBe(
      "TULLE1007 /latin.yaml is not UTF-8 text",
    );
  });

  it("that is empty is refused", async () => {
    expect(await refusalOf("empty.yaml", "")).toBe("TULLE1008 the file holds no configuration");
    expect(await refusalOf("empty.ts", "\n")).toBe("TULLE1008 the file holds no configuration");
  });

  it("that is no map is refused", async () => {
    expect(await refusalOf("list.yaml", "- version: 1\n")).toMatch(/^TULLE1102 a configuration is a map/);
  });

  it("with a byte order mark is read, with its positions right", async () => {
    const path = join(folder, "marked.yaml");
    await writeFile(path, "\ufeffversion: 2\nmesh: m\n");
    const { findings } = await loadMesh({ path });
    expect(findings).toMatchObject([{ code: "TULLE1103", location: { line: 1, column: 10 } }]);
  });
});
