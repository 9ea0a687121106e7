/** `tulle dev` for real: every process, every command, and what is left when it is over. */
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  anyPorts,
  cleanUp,
  type Dev,
  finish,
  json,
  newProject,
  node,
  processesOf,
  run,
  startDev,
  tulle,
} from "./cli-project.ts";

afterAll(cleanUp);

/** What the two functions say together. */
async function greet(door: string): Promise<{ greeting: string; from: string }> {
  const response = await fetch(`${door}/hello/robot`);
  return (await response.json()) as { greeting: string; from: string };
}

describe("a running mesh", () => {
  const project = newProject("running");
  let dev: Dev;
  beforeAll(async () => {
    dev = await startDev(project);
  });

  const door = async (): Promise<string> => {
    const { parts } = await json(project, "status");
    return parts.find((part: { name: string }) => part.name === "gateway/door").url;
  };

  test("says where everything is and keeps its secrets to the owner", () => {
    expect(dev.lines()).toMatch(/gateway\/door +http:\/\/127\.0\.0\.1:\d+/);
    expect(dev.lines()).toMatch(/AWS_ENDPOINT_URL_LAMBDA=http:\/\/127\.0\.0\.1:\d+/);
    const mode = execFileSync("stat", ["-c", "%a", join(project, ".tulle/dev.json")], { encoding: "utf8" });
    expect(mode.trim()).toBe("600");
  });

  test("answers at the door, through two functions and the mesh between them", async () => {
    const response = await fetch(`${await door()}/hello/robot`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ greeting: "hello robot", from: "stable" });
    expect(response.headers.get("x-request-id")).toBeTruthy();
  });

  test("is listed by kind, resolved, explained and called", async () => {
    const services = await json(project, "get", "services");
    expect(services.map((one: { name: string }) => one.name)).toEqual(["front", "back"]);
    const functions = await json(project, "get", "functions");
    expect(functions.find((one: { name: string }) => one.name === "pair-back").aliases).toEqual({
      stable: "1",
      canary: "2",
    });
    expect(await json(project, "resolve", "back", "--as", "front")).toMatchObject({
      access: "allowed",
      targets: [
        { target: "pair-back:stable", weight: 10_000 },
        { target: "pair-back:canary", weight: 0 },
      ],
    });
    expect(await json(project, "explain", "--from", "front", "--to", "back", "--key", "k")).toMatchObject({
      kind: "route",
      target: "pair-back:stable",
      admission: "admitted",
      key: "k",
    });
    expect(await json(project, "call", "back", "-d", '{"name":"me"}')).toEqual({
      greeting: "hello me",
      from: "stable",
    });
    const verbose = await run(project, "call", "back", "-d", '{"name":"me"}', "-v", "--deadline", "5s");
    expect(verbose.stdout).toMatch(/front calls back/);
    expect(verbose.stdout).toMatch(/it goes to pair-back:stable/);
  });

  test("shows who was called how often", async () => {
    const counted = async () =>
      (await json(project, "get", "edges")).find((edge: { caller: string }) => edge.caller === "front");
    await expect.poll(counted, { timeout: 10_000 }).toMatchObject({ service: "back", revision: "stable" });
  });

  test("fails with the code that the failure deserves", async () => {
    const cases: readonly (readonly [args: readonly string[], exit: number, code: string])[] = [
      [["get", "nonsense"], 2, "TULLE6001"],
      [["frobnicate"], 2, "TULLE6001"],
      [["status", "--timeout", "soon"], 2, "TULLE6001"],
      [["call", "back", "-d", "{oops"], 2, "TULLE6006"],
      [["resolve", "nobody"], 4, "TULLE6004"],
      [["call", "back", "--as", "back"], 4, "TULLE6004"],
      [["status", "--endpoint", "http://127.0.0.1:9"], 6, "TULLE4115"],
    ];
    for (const [args, exit, code] of cases) {
      const { code: exited, stdout } = await run(project, ...args, "--json");
      const { error } = JSON.parse(stdout);
      expect([args, exited, error.code]).toEqual([args, exit, code]);
      expect(Object.keys(error)).toEqual(["code", "message", "hint", "docs", "details"]);
    }
  });

  test("plans and applies a change, and the next request follows it", async () => {
    const plan = await run(project, "plan", "-e", "shifted", "--detailed-exitcode", "--json");
    expect(plan.code).toBe(3);
    expect(JSON.parse(plan.stdout).changes).toEqual([
      {
        kind: "changed",
        section: "service",
        name: "back",
        details: ["revision stable weight 100 % -> 0 %", "revision canary weight 0 % -> 100 %"],
      },
    ]);
    const dry = await json(project, "apply", "-e", "shifted", "--dry-run");
    expect(dry).toMatchObject({ published: false, version: 1 });
    expect(await json(project, "apply", "-e", "shifted", "-m", "shift")).toMatchObject({ version: 2 });
    const from = async () => (await greet(await door())).from;
    await expect.poll(from, { timeout: 5_000 }).toBe("canary");
    const history = await json(project, "get", "snapshots");
    expect(history.map((entry: { message: string }) => entry.message)).toContain("shift");
    expect(await json(project, "apply", "--yes")).toMatchObject({ version: 3 });
    await expect.poll(from, { timeout: 5_000 }).toBe("stable");
  });

  test("deploys a source again when it changes, and says what is wrong with a broken one", async () => {
    const url = await door();
    const file = join(project, "back.ts");
    const source = readFileSync(file, "utf8");
    writeFileSync(file, source.replace("hello", "good day"));
    const greeting = async () => (await greet(url)).greeting;
    await expect.poll(greeting, { timeout: 20_000 }).toBe("good day robot");
    writeFileSync(file, `${source}\nconst broken = ;\n`);
    await expect.poll(() => dev.lines(), { timeout: 20_000 }).toMatch(/back\.ts:\d+:\d+: Unexpected/);
    expect(await greeting()).toBe("good day robot");
    expect(dev.lines().match(/deployed canary/g)).toHaveLength(1);
    writeFileSync(file, source);
    await expect.poll(greeting, { timeout: 20_000 }).toBe("hello robot");
  });

  test("applies the configuration again when it changes, and watches what is new in it", async () => {
    const file = join(project, "tulle.yaml");
    writeFileSync(join(project, "late.ts"), "export const handler = async () => 'first';");
    const before = readFileSync(file, "utf8");
    const late = [
      "services:",
      "  late:",
      "    backend: { function: pair-late, alias: live }",
      "    local: { handler: late.ts }",
      '    allow: ["*"]',
      "",
    ].join("\n");
    writeFileSync(file, before.replace("services:\n", late));
    const answer = () => json(project, "call", "late");
    await expect.poll(answer, { timeout: 20_000 }).toBe("first");
    writeFileSync(join(project, "late.ts"), "export const handler = async () => 'second';");
    await expect.poll(answer, { timeout: 20_000 }).toBe("second");
    writeFileSync(file, before.replace("mesh: pair", "mesh: [pair"));
    await expect
      .poll(() => dev.lines(), { timeout: 20_000 })
      .toMatch(/config +\| .*tulle\.yaml has \d+ error/);
    writeFileSync(file, before);
    await expect
      .poll(async () => (await json(project, "get", "services")).length, { timeout: 20_000 })
      .toBe(2);
  });

  test("goes on answering while control is killed, and starts it again at the same address", async () => {
    const url = await door();
    const control = processesOf(project).find((line) => line.includes("control/src/main"))!;
    const answers: number[] = [];
    const calling = async () => {
      for (let i = 0; i < 40; i++) {
        answers.push((await fetch(`${url}/hello/r${i}`)).status);
        if (i === 5) process.kill(Number.parseInt(control, 10), "SIGKILL");
      }
    };
    await calling();
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(dev.lines()).toMatch(/control +\| ended with signal SIGKILL; calls go on without it/);
    await expect.poll(() => dev.lines(), { timeout: 10_000 }).toMatch(/control +\| is back as process \d+/);
    const status = await json(project, "status");
    expect(status).toMatchObject({ version: 5, mesh: "pair" });
  });

  test("lets no second run into its folder", async () => {
    const { code, stdout } = await run(project, "dev", ...anyPorts, "--json");
    expect([code, JSON.parse(stdout).error.code]).toEqual([1, "TULLE6009"]);
  });

  test("watches in lines where nobody looks at a terminal", async () => {
    const child = spawn(node, [tulle, "get", "services", "-w", "--json"], { cwd: project });
    const finished = finish(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGINT");
    const { code, stdout } = await finished;
    expect(code).toBe(130);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toHaveLength(2);
  });

  test("stops everything that it started on Ctrl-C", async () => {
    expect(processesOf(project).length).toBeGreaterThan(2);
    dev.child.kill("SIGINT");
    const { code, stderr } = await dev.finished;
    expect(code).toBe(0);
    expect(stderr.trimEnd()).toMatch(/stopped$/);
    expect(processesOf(project)).toEqual([]);
    expect((await run(project, "status")).code).toBe(4);
  });
});
