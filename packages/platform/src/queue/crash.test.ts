import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSqliteStore } from "@tulle/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createPlatform } from "../platform.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-crash-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const program = fileURLToPath(new URL("../../test/accept-until-killed.ts", import.meta.url));

/** Runs the accepting platform until it has acknowledged `count` events, then kills it outright. */
async function acceptAndKill(count: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, ["--conditions=tulle-source", program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.split("\n").length > count + 2) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return text.split("\n").slice(1, -1).map(Number);
}

it("runs every acknowledged event after a SIGKILL and a restart", { timeout: 60_000 }, async () => {
  const record = join(folder, "record.txt");
  const gate = join(folder, "gate");
  await mkdir(join(folder, "recorder"));
  await writeFile(
    join(folder, "recorder", "index.js"),
    `const fs = require("node:fs");
     exports.handler = async ({ number }) => {
       if (!fs.existsSync(${JSON.stringify(gate)})) throw new Error("not yet");
       fs.appendFileSync(${JSON.stringify(record)}, number + "\\n");
     };`,
  );
  const acknowledged = await acceptAndKill(25);
  expect(acknowledged.length).toBeGreaterThanOrEqual(25);
  await writeFile(gate, "");
  const store = createSqliteStore({ path: join(folder, "platform.db") });
  // A minute on: what failed once before the kill waits for its second attempt.
  const platform = await createPlatform({ store, dataFolder: folder, nowMs: () => Date.now() + 120_000 });
  await expect.poll(() => platform.queuedEvents(), { timeout: 30_000 }).toBe(0);
  await platform.close();
  await store.close();
  const ran = new Set((await readFile(record, "utf8")).trim().split("\n").map(Number));
  expect(acknowledged.filter((number) => !ran.has(number))).toEqual([]);
});
