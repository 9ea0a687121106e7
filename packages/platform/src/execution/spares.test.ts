import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isAlive, openWorkbench, until, type Workbench } from "../../test/workbench.ts";
import type { Launch, RuntimeDriver } from "../runtimes/driver.ts";
import { createNodeDriver } from "../runtimes/node.ts";
import { createSpares } from "./spares.ts";
import { startWatchdog } from "./watchdog.ts";

let bench: Workbench;

afterEach(() => bench.close());

const SHOW = {
  "app.js": `const lib = require("lib/x");
    exports.handler = async (event, context) => {
      const env = { ...process.env };
      for (const name of ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_LOG_STREAM_NAME", "TMPDIR"]) delete env[name];
      return {
        env, lib, preloaded: globalThis.preloaded ?? null, cwd: process.cwd(), argv: process.argv.length,
        zone: new Date(0).getHours(), name: context.functionName,
      };
    };`,
  "lib/x.js": "module.exports = 1;",
  "preload.js": "globalThis.preloaded = process.env.TABLE;",
};

describe("a spare process", () => {
  it("becomes exactly what a process of its own would be", async () => {
    const seen: unknown[] = [];
    for (const spare of [false, true]) {
      bench = await openWorkbench({ spare });
      const first = bench.target(SHOW);
      const environment = {
        TABLE: "t",
        TZ: "Asia/Tokyo",
        NODE_OPTIONS: ` -r ${first.codeFolder}/preload.js --require=${first.codeFolder}/lib/x.js`,
      };
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { value } = await bench.invoke({ ...first, environment });
      seen.push(
        JSON.parse(
          JSON.stringify(value).replaceAll(first.codeFolder, "CODE").replaceAll(bench.dataFolder, "DATA"),
        ),
      );
      if (!spare) await bench.close();
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[1]).toMatchObject({ preloaded: "t", cwd: "CODE", zone: 9 });
  });

  it("is replaced after it was used", async () => {
    bench = await openWorkbench({ spare: true });
    const target = bench.target({ "app.js": "exports.handler = async () => process.pid;" });
    const pids = new Set<unknown>();
    for (let i = 0; i < 3; i++) pids.add((await bench.invoke({ ...target, id: `t${i}` })).value);
    expect(pids.size).toBe(3);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ["nothing special", { TABLE: "t" }, true],
    ["preloads only", { NODE_OPTIONS: "-r /a.js --require /b.js --require=/c.js" }, true],
    ["NODE_ENV", { NODE_ENV: "production" }, true],
    ["another option", { NODE_OPTIONS: "-r /a.js --enable-source-maps" }, false],
    ["an import", { NODE_OPTIONS: "--import /a.mjs" }, false],
    ["a quoted path", { NODE_OPTIONS: '-r "/a b.js"' }, false],
    ["certificates", { NODE_EXTRA_CA_CERTS: "/ca.pem" }, false],
    ["a locale", { LC_ALL: "de_DE" }, false],
  ])("fits a function with %s or not", async (_, environment, fits) => {
    bench = await openWorkbench();
    const driver = createNodeDriver(bench.dataFolder);
    expect(driver.spare?.fits({ runtime: "nodejs24.x", codeFolder: "/c", environment })).toBe(fits);
  });
});

describe("the spares", () => {
  it("keep one process waiting, start another when it dies, and end it when they are closed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tulle-spares-"));
    const pids = (): number[] => readdirSync(folder).map(Number);
    const watchdog = startWatchdog();
    const spares = createSpares(watchdog, true);
    const driver = shellDriver(folder);
    spares.refill(driver);
    spares.refill(driver);
    await until(() => pids().length === 1);
    process.kill(pids()[0]!, "SIGKILL");
    await until(() => {
      spares.refill(driver);
      return pids().length === 2;
    });
    await spares.close();
    await watchdog.close();
    expect(pids().filter(isAlive)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

/** A runtime whose spare writes down its process id and waits. */
function shellDriver(folder: string): RuntimeDriver {
  const launch = (): Launch => ({
    command: "/bin/sh",
    args: ["-c", `: > "${folder}/$$"; exec sleep 1000`],
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    channel: true,
  });
  return {
    runs: () => true,
    version: "sh",
    folder,
    difference: () => null,
    launch,
    spare: { launch, fits: () => true, assignment: () => "" },
  };
}
