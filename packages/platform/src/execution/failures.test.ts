import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWorkbench, until, type Workbench } from "../../test/workbench.ts";

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
});

afterAll(() => bench.close());

function app(text: string): Record<string, string> {
  return { "app.js": text };
}

describe("a handler that fails", () => {
  it("answers with the error it threw, logs it, and keeps its process", async () => {
    const target = bench.target(
      app(`let n = 0;
        exports.handler = async () => {
          n++;
          if (n === 1) throw new RangeError("too far");
          return n;
        };`),
    );
    const failed = await bench.invoke(target, {}, { requestId: "r-1" });
    expect(failed).toMatchObject({
      failed: true,
      value: { errorType: "RangeError", errorMessage: "too far" },
    });
    expect((failed.value as { trace: string[] }).trace[0]).toBe("RangeError: too far");
    expect(failed.tail).toMatch(/\tr-1\tERROR\tInvoke Error \t\{"errorType":"RangeError".*"stack":\[/);
    expect(await bench.invoke(target)).toMatchObject({ failed: false, value: 2, coldStart: false });
  });

  it("answers with the type of what was thrown where it is no error", async () => {
    const target = bench.target(app(`exports.handler = async () => { throw "just text"; };`));
    const { value } = await bench.invoke(target);
    expect(value).toEqual({ errorType: "string", errorMessage: "just text", trace: [] });
  });

  it("answers Runtime.UnhandledPromiseRejection and starts a new process next time", async () => {
    const target = bench.target(
      app(`let n = 0;
        exports.handler = async (event) => {
          n++;
          if (event.reject) {
            Promise.reject(new Error("lost"));
            await new Promise(() => setTimeout(() => {}, 5000));
          }
          return n;
        };`),
    );
    const { value } = await bench.invoke(target, { reject: true });
    expect(value).toMatchObject({
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: lost",
    });
    expect(await bench.invoke(target)).toMatchObject({ value: 1, coldStart: true });
  });

  it("answers an exception that nobody caught with its own type", async () => {
    const target = bench.target(
      app(
        `exports.handler = () => new Promise(() => setTimeout(() => { throw new TypeError("late"); }, 1));`,
      ),
    );
    expect((await bench.invoke(target)).value).toMatchObject({
      errorType: "TypeError",
      errorMessage: "late",
    });
  });

  it("answers Runtime.NodeJsExit when an async handler leaves nothing to wait for", async () => {
    const target = bench.target(app("exports.handler = async () => new Promise(() => {});"));
    expect((await bench.invoke(target)).value).toMatchObject({ errorType: "Runtime.NodeJsExit" });
    expect((await bench.invoke(target)).coldStart).toBe(false);
  });

  it("answers an error where the value cannot be written as JSON", async () => {
    const target = bench.target(app("exports.handler = async () => 1n;"));
    expect((await bench.invoke(target)).value).toMatchObject({
      errorMessage: "Unable to stringify response body",
    });
  });
});

describe("a process that ends", () => {
  it("answers Runtime.ExitError without a reason for exit code 0", async () => {
    const target = bench.target(app("exports.handler = async () => process.exit(0);"));
    const { value, tail } = await bench.invoke(target, {}, { requestId: "r-2" });
    expect(value).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: r-2 Error: Runtime exited without providing a reason",
    });
    expect(tail).toMatch(/^END RequestId: r-2$/m);
    expect(tail).toMatch(/\tStatus: error\tError Type: Runtime.ExitError\t$/m);
  });

  it("answers Runtime.ExitError with the status", async () => {
    const target = bench.target(app("exports.handler = async () => process.exit(127);"));
    expect((await bench.invoke(target, {}, { requestId: "r-3" })).value).toMatchObject({
      errorMessage: "RequestId: r-3 Error: Runtime exited with error: exit status 127",
    });
  });

  it("answers Runtime.ExitError with the signal", async () => {
    const target = bench.target(
      app(
        `exports.handler = async () => {
          process.kill(process.pid, "SIGKILL");
          await new Promise(() => {});
        };`,
      ),
    );
    expect((await bench.invoke(target, {}, { requestId: "r-4" })).value).toMatchObject({
      errorMessage: "RequestId: r-4 Error: Runtime exited with error: signal: killed",
    });
  });

  it("is replaced when it ended after its answer", async () => {
    const target = bench.target(
      app(
        `exports.handler = () => {
          setTimeout(() => process.exit(1), 1);
          return Promise.resolve(1);
        };`,
      ),
    );
    expect(await bench.invoke(target)).toMatchObject({ value: 1, failed: false });
    await until(() =>
      bench.executor.describe().every((one) => one.functionName !== target.functionName || one.pid === null),
    );
    expect(await bench.invoke(target)).toMatchObject({ value: 1, failed: false, coldStart: true });
  });
});

describe("a handler that hangs", () => {
  const hang = app(`const fs = require("node:fs"), path = require("node:path");
    const file = path.join(process.env.TMPDIR, "kept");
    let n = 0;
    exports.handler = async (event) => {
      n++;
      if (event.spin) { fs.writeFileSync(file, "here"); for (;;); }
      if (event.wait) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return { n, kept: fs.existsSync(file) };
    };`);

  it.each([{ wait: true }, { spin: true }])("is killed when its time is up: %o", async (event) => {
    const target = bench.target(hang, { timeoutSeconds: 0.25 });
    const timedOut = await bench.invoke(target, event, { requestId: "r-5" });
    expect(timedOut.failed).toBe(true);
    expect(timedOut.value).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: "RequestId: r-5 Error: Task timed out after 0.25 seconds",
    });
    expect(timedOut.tail).toMatch(/^\d{4}-.*Z r-5 Task timed out after 0.25 seconds$/m);
    expect(timedOut.durationMs).toBeGreaterThanOrEqual(245);
  });

  it("keeps its temporary folder and its environment, and loses its module state", async () => {
    const target = bench.target(hang, { timeoutSeconds: 0.5 });
    await bench.invoke(target, {});
    await bench.invoke(target, { spin: true });
    const after = await bench.invoke(target);
    expect(after.value).toEqual({ n: 1, kept: true });
    expect(after.tail).not.toContain("Init Duration");
    expect(bench.executor.describe().filter((one) => one.functionName === target.functionName)).toHaveLength(
      1,
    );
  });
});

describe("a handler that says too much", () => {
  it("fails with Function.ResponseSizeTooLarge for 7 MB and keeps its process", async () => {
    const target = bench.target(app(`exports.handler = async (event) => "x".repeat(event.bytes);`));
    const { value, failed } = await bench.invoke(target, { bytes: 7 * 1024 * 1024 });
    expect(failed).toBe(true);
    expect(value).toEqual({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
    expect(await bench.invoke(target, { bytes: 2 })).toMatchObject({ value: "xx", coldStart: false });
  });

  it("answers 6 MB whole", async () => {
    const target = bench.target(app(`exports.handler = async () => "x".repeat(6 * 1024 * 1024);`));
    expect(String((await bench.invoke(target)).value)).toHaveLength(6 * 1024 * 1024);
  });

  it("floods its log and gets the last 4 KB of it, with its own last lines", async () => {
    const target = bench.target(
      app(`exports.handler = async () => {
        for (let i = 0; i < 20_000; i++) console.log("line", i, "x".repeat(200));
        process.stdout.write("y".repeat(1_000_000));
        return "done";
      };`),
    );
    const { value, tail } = await bench.invoke(target, {}, { requestId: "r-6" });
    expect(value).toBe("done");
    expect(Buffer.byteLength(tail)).toBe(4096);
    expect(tail).toMatch(/y\nEND RequestId: r-6\nREPORT RequestId: r-6\t/);
    expect(bench.log.filter((line) => line.includes("\tr-6\tINFO\tline "))).toHaveLength(20_000);
  });
});

describe("code that cannot be started", () => {
  const cases: readonly [string, Record<string, string>, string, string][] = [
    ["a missing file", {}, "Runtime.ImportModuleError", "Cannot find module 'app'"],
    [
      "a missing import",
      app(`require("nowhere");`),
      "Runtime.ImportModuleError",
      "Cannot find module 'nowhere'",
    ],
    ["a syntax error", app("exports.handler = ("), "Runtime.UserCodeSyntaxError", "SyntaxError: "],
    [
      "a missing export",
      app("exports.other = 1;"),
      "Runtime.HandlerNotFound",
      "app.handler is undefined or not exported",
    ],
    [
      "an export that is no function",
      app("exports.handler = 1;"),
      "Runtime.HandlerNotFound",
      "app.handler is not a function",
    ],
    ["code that throws", app(`throw new Error("not today");`), "Error", "not today"],
  ];

  it.each(cases)("answers for %s", async (_, files, errorType, message) => {
    const target = bench.target({ "package.json": "{}", ...files });
    const { value, failed, tail } = await bench.invoke(target);
    expect(failed).toBe(true);
    expect(value).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
    expect(tail).toContain("Uncaught Exception");
  });

  it.each([
    ["a handler name without a dot", "app"],
    ["a handler name that leaves the folder", "../app.handler"],
  ])("answers Runtime.MalformedHandlerName for %s", async (_, handler) => {
    const target = bench.target(app("exports.handler = () => {};"), { handler });
    expect((await bench.invoke(target)).value).toMatchObject({ errorType: "Runtime.MalformedHandlerName" });
  });

  it("answers Runtime.ExitError where loading exits, after a second try inside the invocation", async () => {
    const target = bench.target(app("process.exit(3);"));
    const { value, tail } = await bench.invoke(target, {}, { requestId: "r-7" });
    expect(value).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: r-7 Error: Runtime exited with error: exit status 3",
    });
    expect(tail.match(/^INIT_START /gm)).toHaveLength(2);
    expect(tail).toMatch(/^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error/m);
  });

  it("answers Sandbox.Timedout where loading takes longer than the function may", async () => {
    const once = `const fs = require("node:fs");
      const flag = process.env.TMPDIR + "/tried";
      if (!fs.existsSync(flag)) { fs.writeFileSync(flag, ""); process.exit(1); }
      for (;;);`;
    const target = bench.target(app(once), { timeoutSeconds: 0.3 });
    expect((await bench.invoke(target)).value).toMatchObject({ errorType: "Sandbox.Timedout" });
  });

  it("recovers when the code has been mended", async () => {
    const target = bench.target(app(`throw new Error("broken");`));
    expect((await bench.invoke(target)).failed).toBe(true);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${target.codeFolder}/app.js`, "exports.handler = async () => 'mended';");
    expect(await bench.invoke(target)).toMatchObject({ failed: false, value: "mended" });
  });

  it("answers Runtime.InvalidEntrypoint where the code folder is gone", async () => {
    const target = bench.target({}, { codeFolder: "/nowhere/at/all" });
    expect((await bench.invoke(target)).value).toMatchObject({ errorType: "Runtime.InvalidEntrypoint" });
  });
});
