/** `tulle dev` where something is in its way, and where it is ended without ceremony. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { anyPorts, cleanUp, newProject, processesOf, run, runAs, startDev, tulle } from "./cli-project.ts";

afterAll(cleanUp);

describe("a run that cannot start", () => {
  const fails = async (project: string, ...args: string[]) => {
    const { code, stdout } = await run(project, "dev", ...anyPorts, "--json", ...args);
    expect(processesOf(project)).toEqual([]);
    return [code, JSON.parse(stdout).error.code];
  };

  test.each(["--port", "--control-port", "--platform-port"])(
    "says that the port of %s is taken",
    async (flag) => {
      const project = newProject(`port${flag}`);
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
      const { port } = taken.address() as { port: number };
      expect(await fails(project, flag, String(port))).toEqual([1, "TULLE6011"]);
      taken.close();
    },
  );

  test("says that the data folder cannot be used", async () => {
    const project = newProject("file");
    writeFileSync(join(project, "data"), "not a folder");
    expect(await fails(project, "--data", "data")).toEqual([1, "TULLE6010"]);
    expect(readFileSync(join(project, "data"), "utf8")).toBe("not a folder");
  });

  // Permissions say nothing to root, so then somebody else has to try, who must be able to read the checkout.
  const isRoot = process.getuid?.() === 0;
  test.skipIf(isRoot && !isOpenToAll(tulle))(
    "says that the data folder is read-only (skipped for root in a folder that is closed to others)",
    async () => {
      const project = newProject("read-only");
      const data = join(project, "data");
      mkdirSync(data, { mode: 0o555 });
      for (const folder of [dirname(project), project]) chmodSync(folder, 0o755);
      const uid = isRoot ? 65_534 : process.getuid?.();
      const { code, stdout } = await runAs(uid, project, "dev", ...anyPorts, "--json", "--data", "data");
      expect([code, JSON.parse(stdout).error.code]).toEqual([1, "TULLE6010"]);
      expect(readdirSync(data)).toEqual([]);
      expect(processesOf(project)).toEqual([]);
    },
  );

  test.each([
    ["control", "control/store.db", /^TULLE400[18]$/],
    ["the platform", "platform/platform.db", /^TULLE400[18]$/],
  ])(
    "says that the database of %s is corrupt, and leaves it as it was",
    async (_whose, database, expected) => {
      const project = newProject(`corrupt-${dirname(database)}`);
      const file = join(project, "data", database);
      mkdirSync(dirname(file), { recursive: true });
      const text = "this is no database at all, but long enough to be read as one".repeat(100);
      writeFileSync(file, text);
      const [code, error] = await fails(project, "--data", "data");
      expect(error).toMatch(expected);
      expect(code).toBe(1);
      expect(readFileSync(file, "utf8")).toBe(text);
    },
  );

  test.each([
    ["control", "control/store.db"],
    ["the platform", "platform/platform.db"],
  ])(
    "says that the database of %s was damaged in the middle, and leaves it as it was",
    async (_whose, database) => {
      const project = newProject(`damaged-${dirname(database)}`);
      const good = await startDev(project, "--no-watch", "--data", "data");
      good.child.kill("SIGINT");
      await good.finished;
      const file = join(project, "data", database);
      const bytes = readFileSync(file);
      for (let at = 100; at < bytes.length; at += 4096)
        bytes.fill(0xa5, at, Math.min(at + 3000, bytes.length));
      writeFileSync(file, bytes);
      expect(await fails(project, "--data", "data")).toEqual([1, "TULLE4001"]);
      expect(readFileSync(file).equals(bytes)).toBe(true);
    },
  );

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

function isOpenToAll(path: string): boolean {
  const folder = dirname(path);
  return (statSync(folder).mode & 0o005) === 0o005 && (folder === dirname(folder) || isOpenToAll(folder));
}

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
