/** `tulle dev` where something is in its way, and where it is ended without ceremony. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { anyPorts, cleanUp, newProject, processesOf, run, startDev } from "./cli-project.ts";

afterAll(cleanUp);

describe("a run that cannot start", () => {
  const fails = async (project: string, ...args: string[]) => {
    const { code, stdout } = await run(project, "dev", ...anyPorts, "--json", ...args);
    expect(processesOf(project)).toEqual([]);
    return [code, JSON.parse(stdout).error.code];
  };

  test("says that a port is taken", async () => {
    const project = newProject("port");
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    expect(await fails(project, "--control-port", String(port))).toEqual([1, "TULLE6011"]);
    taken.close();
  });

  test("says that the data folder cannot be used", async () => {
    const project = newProject("file");
    writeFileSync(join(project, "data"), "not a folder");
    expect(await fails(project, "--data", "data")).toEqual([1, "TULLE6010"]);
  });

  test("says that the database is corrupt, and leaves it as it was", async () => {
    const project = newProject("corrupt");
    const file = join(project, "data/control/store.db");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "this is no database at all, but long enough to be read as one".repeat(100));
    const [code, error] = await fails(project, "--data", "data");
    expect(error).toMatch(/^TULLE400[18]$/);
    expect(code).toBe(1);
    expect(readFileSync(file, "utf8")).toMatch(/^this is no database/);
  });

  test("shows what is wrong with the configuration", async () => {
    const project = newProject("config");
    const file = join(project, "tulle.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("uses: [back]", "uses: [bak]"));
    expect(await fails(project)).toEqual([3, "TULLE6003"]);
    const { stderr } = await run(project, "dev", ...anyPorts);
    expect(stderr).toMatch(/tulle\.yaml:8/);
  });

  test("says that a handler is missing", async () => {
    const project = newProject("handler");
    rmSync(join(project, "back.ts"));
    expect(await fails(project)).toEqual([3, "TULLE6013"]);
  });
});

test("ends everything at once on a second Ctrl-C", async () => {
  const project = newProject("impatient");
  const slow = "export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));";
  writeFileSync(join(project, "back.ts"), slow);
  const { child, finished, lines } = await startDev(project, "--no-watch");
  const hanging = run(project, "call", "back");
  await expect.poll(lines, { timeout: 10_000 }).toMatch(/START RequestId/);
  child.kill("SIGINT");
  await expect.poll(lines).toMatch(/stopping; Ctrl-C again/);
  child.kill("SIGINT");
  expect((await finished).code).toBe(130);
  await expect.poll(() => processesOf(project), { timeout: 5_000 }).toEqual([]);
  expect((await hanging).code).not.toBe(0);
});

test("leaves nothing behind when it is killed itself", async () => {
  const project = newProject("killed");
  const { child, finished } = await startDev(project, "--no-watch");
  child.kill("SIGKILL");
  await finished;
  await expect.poll(() => processesOf(project), { timeout: 10_000 }).toEqual([]);
});
