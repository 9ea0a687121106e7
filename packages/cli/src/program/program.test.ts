import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorRegistry } from "@tulle/core/errors";
import { afterAll, expect, test } from "vitest";
import { commands } from "../commands/registry.ts";
import { type ExitCode, runTulle, type Terminal } from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "tulle-program-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly exit: ExitCode;
  readonly out: string;
  readonly err: string;
}

async function run(
  args: readonly string[],
  more: Partial<Terminal> & { isTTY?: boolean } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const { isTTY = false, ...rest } = more;
  const terminal: Terminal = {
    stdout: { isTTY, columns: 100, write: (text: string) => out.push(text) > 0 },
    stderr: { write: (text: string) => err.push(text) > 0 },
    env: {},
    cwd: folder,
    interactive: false,
    ...rest,
  };
  const exit = await runTulle(args, terminal);
  return { exit, out: out.join(""), err: err.join("") };
}

test("lists every command in its help", async () => {
  const { exit, out } = await run(["--help"]);
  expect(exit).toBe(0);
  for (const { usage } of commands) expect(out).toContain(`  ${usage.split(" ")[0]} `);
});

test("shows options, examples and global options in a command's help", async () => {
  for (const { usage, examples = [] } of commands) {
    const { exit, out } = await run([usage.split(" ")[0]!, "--help"]);
    expect(exit).toBe(0);
    expect(out).toContain("Global options:");
    for (const [line] of examples) expect(out).toContain(line);
  }
});

test("answers wrong usage with 2, on stderr for people and as one document for programs", async () => {
  for (const args of [
    ["aply"],
    ["get"],
    ["resolve", "a", "b"],
    ["version", "--frob"],
    ["version", "-o", "xml"],
  ]) {
    const people = await run(args);
    expect([args, people.exit, people.out]).toEqual([args, 2, ""]);
    expect(people.err).toMatch(/^error\[TULLE6001\]: /);
    const program = await run([...args, "--json"]);
    if (!args.includes("-o")) {
      expect([args, program.exit, program.err]).toEqual([args, 2, ""]);
      expect(JSON.parse(program.out).error.code).toBe("TULLE6001");
    }
  }
});

test("suggests the command that was meant", async () => {
  expect((await run(["aply"])).err).toContain("Did you mean apply?");
});

test("prints the help and exits with 2 when it is given nothing", async () => {
  const { exit, err } = await run([]);
  expect(exit).toBe(2);
  expect(err).toContain("Usage: tulle");
});

test("explains every code that there is", async () => {
  for (const code of Object.keys(errorRegistry)) {
    const { exit, out } = await run(["explain", code.toLowerCase(), "--json"]);
    expect([code, exit, JSON.parse(out).code]).toEqual([code, 0, code]);
  }
});

test("says that a code does not exist", async () => {
  expect((await run(["explain", "TULLE0000"])).exit).toBe(2);
  expect((await run(["explain", "--from", "a"])).exit).toBe(2);
});

test("refuses to watch what changes something", async () => {
  expect((await run(["apply", "-w"])).err).toMatch(/`tulle apply` cannot be watched/);
});

test("colours only a terminal that wants it", async () => {
  const code = "\u001b[";
  const args = ["explain", "TULLE6001"];
  expect((await run(args, { isTTY: true })).out).toContain(code);
  expect((await run(args)).out).not.toContain(code);
  expect((await run([...args, "--no-color"], { isTTY: true })).out).not.toContain(code);
  expect((await run(args, { isTTY: true, env: { NO_COLOR: "1" } })).out).not.toContain(code);
  expect((await run(args, { isTTY: true, env: { NO_COLOR: "" } })).out).toContain(code);
  expect((await run(args, { env: { FORCE_COLOR: "1" } })).out).toContain(code);
});

test("says where it looked for a configuration and for a run", async () => {
  expect(await run(["analyze", "-c", "absent.yaml"])).toMatchObject({ exit: 3 });
  const { exit, err } = await run(["status"]);
  expect([exit, err.slice(0, 16)]).toEqual([4, "error[TULLE6012]"]);
});

test("gives findings as the answer of analyze, with 3 for errors", async () => {
  writeFileSync(join(folder, "tulle.yaml"), "version: 1\nmesh: m\nservces: {}\n");
  const people = await run(["analyze"]);
  expect(people.exit).toBe(3);
  expect(people.out).toMatch(/tulle\.yaml:3:1/);
  expect(people.out).toMatch(/services/);
  const program = await run(["analyze", "--json"]);
  expect(JSON.parse(program.out)).toMatchObject({ errors: 1, findings: [{ severity: "error" }] });
  const planned = await run(["plan", "--json"]);
  expect(planned.exit).toBe(3);
  expect(JSON.parse(planned.out).error).toMatchObject({ code: "TULLE6003", details: { errors: 1 } });
});
