import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../examples/robot-fleet/run/report.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the example as `npm start` does. */
function start(...args: readonly string[]): Promise<Finished> {
  const child = spawn(
    process.execPath,
    ["--conditions=tulle-source", "examples/robot-fleet/start.ts", ...args],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

describe("the robot fleet, run for twenty seconds", () => {
  const folder = mkdtempSync(join(tmpdir(), "tulle-fleet-"));
  const path = join(folder, "report.json");
  let finished: Finished;
  let report: Report;

  beforeAll(async () => {
    finished = await start("--for", "20s", "--report", path);
    report = JSON.parse(readFileSync(path, "utf8")) as Report;
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("says that the mesh did its job, with its exit code and in every check", () => {
    const failed = report.checks.filter(({ ok }) => !ok);
    expect(failed, finished.output).toEqual([]);
    expect(report.checks).toHaveLength(9);
    expect(finished.code).toBe(0);
  });

  it("answers every mission, heartbeat and report, trouble or not", () => {
    for (const kind of ["mission", "heartbeat", "report"]) {
      const { count, byStatus } = report.gateway[kind]!;
      expect(count).toBeGreaterThan(0);
      expect(Object.keys(byStatus).filter((status) => !status.startsWith("2"))).toEqual([]);
    }
  });

  it("lets dispatch and charging depend on each other", () => {
    expect(calls(report, "dispatch", "charging")).toBeGreaterThan(0);
    expect(calls(report, "charging", "dispatch")).toBeGreaterThan(0);
  });

  it("splits navigator's traffic 9:1", () => {
    const { canary, stable } = report.splits["dispatch>navigator"]!;
    expect(canary).toBeGreaterThan(0.025);
    expect(canary).toBeLessThan(0.175);
    expect(canary! + stable!).toBeCloseTo(1, 3);
  });

  it("opens circuits in at least eight environments, answers with the fallback and closes them again", () => {
    const of = (transition: string) =>
      report.breakerTransitions.filter(
        (event) => event.service === "charging" && event.transition === transition,
      );
    expect(new Set(of("opened").map(({ environmentId }) => environmentId)).size).toBeGreaterThanOrEqual(8);
    expect(of("closed").length).toBeGreaterThan(0);
    const toCharging = report.edges.filter(({ service }) => service === "charging");
    expect(toCharging.reduce((sum, { fallbacks }) => sum + fallbacks, 0)).toBeGreaterThan(0);
    expect(toCharging.reduce((sum, { refusals }) => sum + (refusals["TULLE2002"] ?? 0), 0)).toBeGreaterThan(
      0,
    );
  });

  it("stops work three calls deep when the door's deadline has passed", () => {
    const third = report.edges.filter((edge) => edge.caller === "charging" && edge.service === "dispatch");
    expect(third.reduce((sum, { refusals }) => sum + (refusals["TULLE2003"] ?? 0), 0)).toBeGreaterThan(0);
  });
});

describe("the robot fleet's options", () => {
  it.each([
    [["--for", "soon"], '--for takes a duration such as 20s or 2m, not "soon"'],
    [["--for", "3s"], "--for must be at least 15s"],
    [["--fro", "20s"], "--fro"],
  ])("refuses %j with one line and the usage", async (args, message) => {
    const { code, output } = await start(...args);
    expect(code).toBe(2);
    expect(output).toContain(message);
    expect(output).toContain("usage: npm start");
  });
});

function calls(report: Report, caller: string, service: string): number {
  const edges = report.edges.filter((edge) => edge.caller === caller && edge.service === service);
  return edges.reduce((sum, { outcomes }) => sum + (outcomes.ok ?? 0), 0);
}
