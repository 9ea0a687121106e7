import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isAlive, openWorkbench, until, type Workbench } from "../../test/workbench.ts";

let bench: Workbench;

afterEach(() => bench.close());

const COUNTER = {
  "app.js": `let n = 0;
    exports.handler = async (event) => {
      n++;
      if (event.waitMs) await new Promise((resolve) => setTimeout(resolve, event.waitMs));
      return { n, pid: process.pid };
    };`,
};

interface Counted {
  readonly n: number;
  readonly pid: number;
}

describe("the executor", () => {
  it("uses an environment again, and gives every concurrent invocation its own", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER);
    const one = await bench.invoke(target);
    const two = await bench.invoke(target);
    expect([one.coldStart, two.coldStart]).toEqual([true, false]);
    expect((two.value as Counted).n).toBe(2);
    const many = await Promise.all([1, 2, 3].map(() => bench.invoke(target, { waitMs: 50 })));
    expect(new Set(many.map((result) => (result.value as Counted).pid)).size).toBe(3);
    expect(bench.executor.describe()).toHaveLength(3);
  });

  it("prefers the environment that was used last", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER);
    await Promise.all([bench.invoke(target, { waitMs: 100 }), bench.invoke(target, { waitMs: 150 })]);
    const last = ((await bench.invoke(target)).value as Counted).pid;
    expect(((await bench.invoke(target)).value as Counted).pid).toBe(last);
  });

  it("throttles at once where every environment is busy", async () => {
    bench = await openWorkbench({ maxEnvironments: 1 });
    const target = bench.target(COUNTER);
    const busy = bench.invoke(target, { waitMs: 200 });
    const invocation = { invokedFunctionArn: "arn", clientContext: null, traceId: null, logTail: false };
    const refused = await bench.executor.invoke(target, {
      ...invocation,
      requestId: "r",
      payload: Buffer.from("{}"),
    });
    expect(refused).toEqual({ kind: "throttled", reason: "ConcurrentInvocationLimitExceeded" });
    expect((await busy).failed).toBe(false);
  });

  it("ends the longest idle environment of another function to make room", async () => {
    bench = await openWorkbench({ maxEnvironments: 2 });
    const [a, b, c] = [bench.target(COUNTER), bench.target(COUNTER), bench.target(COUNTER)];
    await bench.invoke(a);
    await bench.invoke(b);
    await bench.invoke(c);
    const living = bench.executor.describe().filter((one) => one.state !== "stopping");
    expect(living.map((one) => one.functionName).sort()).toEqual([b.functionName, c.functionName]);
  });

  it("ends what has been idle for its time", async () => {
    bench = await openWorkbench({ idleTimeoutMs: 50 });
    const { pid } = (await bench.invoke(bench.target(COUNTER))).value as Counted;
    await until(() => bench.executor.describe().length === 0);
    expect(isAlive(pid)).toBe(false);
  });

  it("starts environments ahead of need", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER);
    await bench.executor.prewarm(target, 2);
    expect(bench.executor.describe().map((one) => one.state)).toEqual(["idle", "idle"]);
    const results = await Promise.all([bench.invoke(target), bench.invoke(target)]);
    expect(results.map((one) => one.coldStart)).toEqual([false, false]);
  });

  it("gives an invocation an environment that is still starting", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER);
    const prewarmed = bench.executor.prewarm(target, 1);
    await until(() => bench.executor.describe().length === 1);
    expect((await bench.invoke(target)).value).toMatchObject({ n: 1 });
    await prewarmed;
    expect(bench.executor.describe()).toHaveLength(1);
  });

  it("resolves a prewarm whose code cannot be loaded, and leaves the error to the invocation", async () => {
    bench = await openWorkbench();
    const target = bench.target({ "app.js": "throw new Error('no')" });
    await bench.executor.prewarm(target, 1);
    expect((await bench.invoke(target)).value).toMatchObject({ errorMessage: "no" });
  });

  it("ends the environments of a retired target after their invocation and starts fresh ones", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER);
    const idle = (await bench.invoke(target)).value as Counted;
    const running = bench.invoke(target, { waitMs: 100 });
    await bench.executor.retire(target.id);
    expect(((await running).value as Counted).n).toBe(2);
    await until(() => !isAlive(idle.pid));
    expect((await bench.invoke(target)).value).toMatchObject({ n: 1 });
  });

  it("leaves no process, no folder and no caller waiting when it is closed", async () => {
    bench = await openWorkbench({ spare: true });
    const target = bench.target(COUNTER);
    const idle = (await bench.invoke(target)).value as Counted;
    const running = bench.invoke(target, { waitMs: 5_000 }).then(
      () => "answered",
      (error: { code: string }) => error.code,
    );
    await until(() => bench.executor.describe().some((one) => one.state === "busy"));
    const pids = bench.executor.describe().flatMap((one) => one.pid ?? []);
    await bench.executor.close();
    expect(await running).toBe("TULLE3103");
    expect([idle.pid, ...pids].filter(isAlive)).toEqual([]);
    expect(bench.executor.describe()).toEqual([]);
    expect(readdirSync(join(bench.dataFolder, "tmp"))).toEqual([]);
    await expect(bench.invoke(target)).rejects.toMatchObject({ code: "TULLE3103" });
  });

  it("leaves nothing of what was just being started when it is closed", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER);
    const code = bench.invoke(target).catch((error: { code: string }) => error.code);
    const prewarmed = bench.executor.prewarm(target, 3);
    await bench.executor.close();
    expect(await code).toBe("TULLE3103");
    await prewarmed;
    expect(bench.executor.describe()).toEqual([]);
    expect(readdirSync(join(bench.dataFolder, "tmp"))).toEqual([]);
  });

  it("ends what a function's process has started", async () => {
    bench = await openWorkbench();
    const target = bench.target({
      "app.js": `const { spawn } = require("node:child_process");
        exports.handler = async () => spawn("sleep", ["60"], { stdio: "inherit" }).pid;`,
    });
    const grandchild = (await bench.invoke(target)).value as number;
    expect(isAlive(grandchild)).toBe(true);
    await bench.executor.retire(target.id);
    await until(() => !isAlive(grandchild));
  });

  it("refuses a runtime that it cannot start", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER, { runtime: "java21" });
    await expect(bench.invoke(target)).rejects.toMatchObject({
      code: "TULLE3101",
      message: expect.stringContaining("java21"),
    });
  });

  it("says which folder it could not write, and works again when it can", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER);
    const folder = join(bench.dataFolder, "tmp");
    writeFileSync(folder, "in the way");
    await expect(bench.invoke(target)).rejects.toMatchObject({
      code: "TULLE3102",
      message: expect.stringContaining(folder),
    });
    rmSync(folder);
    expect((await bench.invoke(target)).failed).toBe(false);
  });

  it("says once in the log that another Node runs the function", async () => {
    bench = await openWorkbench();
    const other = process.versions.node.startsWith("20.") ? "nodejs22.x" : "nodejs20.x";
    await bench.invoke(bench.target(COUNTER, { runtime: other }));
    await bench.invoke(bench.target(COUNTER, { runtime: other }));
    const said = bench.log.filter((line) => line.startsWith(`${other} runs on node v`));
    expect(said).toHaveLength(1);
  });
});

describe("the log of a function", () => {
  it("is a file with the lines in Lambda's form", async () => {
    bench = await openWorkbench();
    const target = bench.target({
      "app.js": "exports.handler = async () => { console.log('hello'); process.stderr.write('no end'); };",
    });
    await bench.invoke(target, {}, { requestId: "r-1" });
    const file = join(bench.dataFolder, "logs", `${target.functionName}.log`);
    await until(() => existsSync(file) && readFileSync(file, "utf8").includes("REPORT"));
    const lines = readFileSync(file, "utf8").slice(0, -1).split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^INIT_START Runtime Version: node v/),
      "START RequestId: r-1 Version: $LATEST",
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z\tr-1\tINFO\thello$/),
      "no end",
      "END RequestId: r-1",
      expect.stringMatching(
        new RegExp(
          "^REPORT RequestId: r-1\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB" +
            "\\tMax Memory Used: \\d+ MB\\tInit Duration: [\\d.]+ ms\\t$",
        ),
      ),
    ]);
    expect(bench.log).toEqual(lines);
  });

  it("that cannot be written is reported once, and the function runs on", async () => {
    bench = await openWorkbench();
    const target = bench.target(COUNTER);
    writeFileSync(join(bench.dataFolder, "logs"), "in the way");
    await bench.invoke(target);
    await until(() => bench.log.some((line) => line.startsWith("TULLE3104 ")));
    expect((await bench.invoke(target)).failed).toBe(false);
  });
});

describe("the variables of a function", () => {
  it("are Lambda's and the user's, and nothing of the platform's", async () => {
    process.env["PLATFORM_SECRET"] = "hidden";
    bench = await openWorkbench();
    const environment = { TABLE: "t", AWS_REGION: "mars", TZ: "Europe/Berlin" };
    const target = bench.target(
      {
        "app.js": `const fs = require("node:fs");
          exports.handler = async () => ({
            env: process.env, cwd: process.cwd(), input: fs.readFileSync(0, "utf8"),
          });`,
      },
      { environment, version: "7", memoryMb: 256 },
    );
    const { env, cwd, input } = (await bench.invoke(target)).value as {
      env: Record<string, string>;
      cwd: string;
      input: string;
    };
    delete process.env["PLATFORM_SECRET"];
    expect(env).toMatchObject({
      TABLE: "t",
      TZ: "Europe/Berlin",
      _HANDLER: "app.handler",
      AWS_REGION: "eu-central-1",
      AWS_DEFAULT_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: `key-${target.functionName}`,
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: target.functionName,
      AWS_LAMBDA_FUNCTION_VERSION: "7",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: target.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[7\][0-9a-f]{32}$/),
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      AWS_ENDPOINT_URL_LAMBDA: "http://127.0.0.1:9",
      LAMBDA_TASK_ROOT: target.codeFolder,
      TMPDIR: expect.stringContaining(bench.dataFolder),
    });
    expect(env["PLATFORM_SECRET"]).toBeUndefined();
    expect([cwd, input]).toEqual([target.codeFolder, ""]);
  });
});
