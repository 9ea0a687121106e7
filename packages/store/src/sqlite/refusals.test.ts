import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type ErrorCode, isTulleError } from "@tulle/core/errors";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SCHEMA_VERSION } from "./schema.ts";
import { createSqliteStore } from "./sqlite-store.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tulle-store-"));
  path = join(folder, "store.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusal(at: string): ErrorCode | undefined {
  try {
    void createSqliteStore({ path: at, busyTimeoutMs: 20 }).close();
  } catch (error) {
    if (!isTulleError(error)) throw error;
    expect(error.message).toContain(at);
    return error.code;
  }
  return undefined;
}

function expectRefusedAndIntact(code: ErrorCode): void {
  const before = readFileSync(path);
  expect(refusal(path)).toBe(code);
  expect(readFileSync(path).equals(before)).toBe(true);
}

async function writeSample(records = 200): Promise<void> {
  const store = createSqliteStore({ path });
  const text = "x".repeat(500);
  await Promise.all(
    Array.from({ length: records }, (_, i) => store.put({ partition: "p", sort: `${i}`, fields: { text } })),
  );
  await store.close();
}

describe("the SQLite store refuses, with one code and leaving what was there,", () => {
  it("a file that is no database", () => {
    writeFileSync(path, "version: 1\nmesh: robots\n".repeat(100));
    expectRefusedAndIntact("TULLE4001");
  });

  it("a database that is damaged in the middle", async () => {
    await writeSample();
    const bytes = readFileSync(path);
    bytes.fill(0xab, 8_192, 40_000);
    writeFileSync(path, bytes);
    expectRefusedAndIntact("TULLE4001");
  });

  it("a database that was cut short", async () => {
    await writeSample();
    writeFileSync(path, readFileSync(path).subarray(0, 20_000));
    expectRefusedAndIntact("TULLE4001");
  });

  it("a newer schema, also when its last writer was killed", async () => {
    await writeSample();
    const newer = new DatabaseSync(path);
    newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    const killed = join(folder, "killed.db");
    for (const suffix of ["", "-wal", "-shm"]) cpSync(path + suffix, killed + suffix);
    newer.close();
    expectRefusedAndIntact("TULLE4002");
    path = killed;
    expectRefusedAndIntact("TULLE4002");
  });

  it("a database of another program", () => {
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE songs (title TEXT)");
    other.close();
    expectRefusedAndIntact("TULLE4008");
  });

  it("a database that another process holds", async () => {
    await writeSample();
    const other = new DatabaseSync(path);
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    expectRefusedAndIntact("TULLE4004");
    other.close();
    expect(refusal(path)).toBeUndefined();
  });

  it("a folder, a missing folder and a path through a file", () => {
    writeFileSync(path, "");
    expect(refusal(folder)).toBe("TULLE4005");
    expect(refusal(join(folder, "missing", "store.db"))).toBe("TULLE4005");
    expect(refusal(join(path, "store.db"))).toBe("TULLE4005");
  });

  it.skipIf(process.platform === "win32")("a folder that may not be written", async () => {
    await writeSample();
    chmodSync(folder, 0o555);
    chmodSync(path, 0o444);
    try {
      expect(refusalOfOrdinaryUser(path)).toBe("TULLE4003");
      expect(refusalOfOrdinaryUser(join(folder, "new.db"))).toBe("TULLE4003");
    } finally {
      chmodSync(folder, 0o755);
    }
  });
});

it("starts with an empty file as with none, and opens its own file again", async () => {
  writeFileSync(path, "");
  await writeSample(3);
  const store = createSqliteStore({ path });
  expect(await store.query("p", "")).toHaveLength(3);
  await store.close();
});

it("reports a lock that lasts longer than the wait, and works when it is gone", async () => {
  const store = createSqliteStore({ path, busyTimeoutMs: 20 });
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const write = () => store.update({ partition: "p", sort: "s", add: { n: 1 } });
  await expect(write()).rejects.toMatchObject({ code: "TULLE4004" });
  other.exec("ROLLBACK");
  other.close();
  expect(await write()).toMatchObject({ ok: true, record: { fields: { n: 1 } } });
  await store.close();
});

it("carries out the writes of one turn that are not refused", async () => {
  const store = createSqliteStore({ path });
  await store.put({ partition: "p", sort: "text", fields: { n: "none" } });
  const results = await Promise.allSettled(
    ["a", "text", "b"].map((sort) => store.update({ partition: "p", sort, add: { n: 1 } })),
  );
  expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await store.query("p", "")).toHaveLength(3);
  await store.close();
});

it("commits what is under way when it is closed", async () => {
  const store = createSqliteStore({ path });
  const write = store.put({ partition: "p", sort: "s", fields: {} });
  await store.close();
  expect(await write).toMatchObject({ ok: true });
  const again = createSqliteStore({ path });
  expect(await again.get({ partition: "p", sort: "s" })).toBeDefined();
  await again.close();
});

/** Root may write anywhere, so where the tests run as root a process of another user tries. */
function refusalOfOrdinaryUser(at: string): string | undefined {
  if (process.getuid?.() !== 0) return refusal(at);
  const nobody = 65_534;
  const source = JSON.stringify(new URL("./sqlite-store.ts", import.meta.url));
  const program = `
    process.setgid(${nobody}); process.setuid(${nobody});
    const { createSqliteStore } = await import(${source});
    try { createSqliteStore({ path: ${JSON.stringify(at)} }); } catch (error) { console.log(error.code); }`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=tulle-source", "--input-type=module", "-e", program],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  return stdout.trim() || undefined;
}
