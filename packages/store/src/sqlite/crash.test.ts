import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { createSqliteStore } from "./sqlite-store.ts";

const program = fileURLToPath(new URL("./fixtures/write-until-killed.ts", import.meta.url));
const ACKNOWLEDGED = 150;

it("has every acknowledged write and nothing torn after SIGKILL, three times over", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tulle-crash-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (let round = 0; round < 3; round++) {
    const path = join(folder, `${round}.db`);
    const acknowledged = await runAndKill(path);
    const store = createSqliteStore({ path });
    for (const sort of acknowledged) expect(await store.get({ partition: "log", sort }), sort).toBeDefined();
    const torn = await store.query("torn", "");
    expect(torn).toHaveLength(4);
    for (const { fields } of torn) {
      expect(fields).toEqual({
        n: fields["n"],
        head: fields["n"],
        body: `${fields["n"]};`.repeat(2_000),
        tail: fields["n"],
      });
    }
    const total = await store.get({ partition: "total", sort: "all" });
    expect(total?.fields["count"]).toBe((await store.query("log", "")).length);
    await store.close();
  }
}, 30_000);

async function runAndKill(path: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, ["--conditions=tulle-source", program, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    output += chunk;
    if (output.split("\n").length > ACKNOWLEDGED) child.kill("SIGKILL");
  }
  if (child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return output.split("\n").slice(0, -1);
}
