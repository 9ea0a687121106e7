import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Child, startChild } from "./child.ts";

const folder = mkdtempSync(join(tmpdir(), "tulle-child-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ready = 'console.log(JSON.stringify({ ready: true, url: "http://127.0.0.1:1" }));';
const stay = "setInterval(() => {}, 1000);";

function start(name: string, code: string, lines: string[] = []): Promise<Child> {
  const entry = join(folder, `${name}.mjs`);
  writeFileSync(entry, code);
  return startChild({
    name,
    entry,
    args: ["--flag"],
    env: { GIVEN: "yes" },
    onLine: (line) => lines.push(line),
  });
}

test("waits for the ready line and hands on every other", async () => {
  const lines: string[] = [];
  const say = "console.log(process.argv.slice(2).join(' ')); console.error(process.env.GIVEN);";
  const child = await start("speaks", `${say} ${ready} console.log("later"); ${stay}`, lines);
  expect(child.ready.url).toBe("http://127.0.0.1:1");
  await expect.poll(() => [...lines].sort()).toEqual(["--flag --with-parent", "later", "yes"]);
  await child.stop(2_000);
  expect(await child.exited).toBe("signal SIGTERM");
});

test("ends a child that does not end by itself", async () => {
  const child = await start("stubborn", `process.on("SIGTERM", () => {}); ${stay} ${ready}`);
  await child.stop(20);
  expect(await child.exited).toBe("signal SIGKILL");
});

test("throws the error that the child names", async () => {
  const message = "port 80 is not yours";
  const json = JSON.stringify({ ready: false, error: { code: "TULLE4001", message } });
  await expect(
    start("json", `console.log(${JSON.stringify(json)}); process.exitCode = 1;`),
  ).rejects.toMatchObject({
    code: "TULLE4001",
    message,
  });
  await expect(
    start("plain", 'console.error("error[TULLE5014]: taken"); process.exitCode = 1;'),
  ).rejects.toMatchObject({ code: "TULLE5014", message: "taken" });
});

test("shows what a child printed that ended without a word of why", async () => {
  const failing = start("crash", 'throw new Error("boom");');
  await expect(failing).rejects.toMatchObject({ code: "TULLE6008" });
  await expect(failing).rejects.toThrow(/crash ended with exit code 1 before it was ready[\s\S]*boom/);
});
