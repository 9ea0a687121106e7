import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWorkbench, type Workbench } from "../../test/workbench.ts";

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench({ epoch: () => 41 });
});

afterAll(() => bench.close());

describe("a handler is found", () => {
  const esm = (text: string): string => `export const handler = async () => ${text};`;
  const cjs = (text: string): string => `exports.handler = async () => ${text};`;

  it.each<[string, Record<string, string>, string]>([
    ["in a CommonJS file", { "app.js": cjs("'cjs'") }, "app.handler"],
    ["in an ES module named .mjs", { "app.mjs": esm("'mjs'") }, "app.handler"],
    ["in a file named .cjs", { "app.cjs": cjs("'cjs'"), "package.json": '{"type":"module"}' }, "app.handler"],
    [
      "in a .js file of a module package",
      { "app.js": esm("'esm'"), "package.json": '{"type":"module"}' },
      "app.handler",
    ],
    ["below a folder", { "src/deep/app.js": cjs("'deep'") }, "src/deep/app.handler"],
    ["below an object", { "app.js": "exports.a = { b: { c: async () => 'nested' } };" }, "app.a.b.c"],
    ["in a folder with an index", { "app/index.js": cjs("'index'") }, "app.handler"],
    [
      "after a top-level await",
      { "app.mjs": `const x = await Promise.resolve("awaited"); ${esm("x")}` },
      "app.handler",
    ],
    [
      "beside modules that are required from the task root",
      { "app.js": `const x = require("lib/x"); ${cjs("x")}`, "lib/x.js": "module.exports = 'root';" },
      "app.handler",
    ],
  ])("%s", async (_, files, handler) => {
    const { value, failed } = await bench.invoke(bench.target(files, { handler }));
    expect([failed, typeof value]).toEqual([false, "string"]);
  });
});

describe("a handler answers", () => {
  it.each<[string, string, unknown]>([
    ["with a promise", "async () => ({ a: 1 })", { a: 1 }],
    ["with a promise of its own making", "() => ({ then: (done) => done('thenable') })", "thenable"],
    ["with nothing", "async () => {}", null],
    ["by the callback", "(e, c, callback) => setTimeout(() => callback(null, 'called'), 2)", "called"],
    ["by context.succeed", "(e, context) => { context.succeed('done'); }", "done"],
    ["by context.done", "(e, context) => { context.done(null, 'done'); }", "done"],
    ["with null where it is not async and leaves nothing to wait for", "() => 'ignored'", null],
    ["with the first of several answers", "(e, c, callback) => { c.succeed(1); callback(null, 2); }", 1],
  ])("%s", async (_, text, value) => {
    const target = bench.target({ "app.js": `exports.handler = ${text};` });
    expect(await bench.invoke(target)).toMatchObject({ value, failed: false });
    expect(await bench.invoke(target)).toMatchObject({ value, failed: false, coldStart: false });
  });

  it.each<[string, string, unknown]>([
    [
      "by the callback",
      "(e, c, callback) => callback(new Error('no'))",
      { errorType: "Error", errorMessage: "no" },
    ],
    ["by context.fail", "(e, context) => context.fail(new Error('no'))", { errorMessage: "no" }],
    [
      "by context.fail without a reason",
      "(e, context) => context.fail()",
      { errorType: "string", errorMessage: "handled" },
    ],
    ["by throwing at once", "() => { throw new Error('no'); }", { errorMessage: "no" }],
  ])("with an error %s", async (_, text, value) => {
    const target = bench.target({ "app.js": `exports.handler = ${text};` });
    expect(await bench.invoke(target)).toMatchObject({ value, failed: true });
  });

  it("when the event loop is empty, or at once where it says so", async () => {
    const text = `exports.handler = (event, context, callback) => {
      context.callbackWaitsForEmptyEventLoop = event.wait;
      setTimeout(() => {}, 300);
      callback(null, "answer");
    };`;
    const target = bench.target({ "app.js": text });
    expect((await bench.invoke(target, { wait: true })).durationMs).toBeGreaterThanOrEqual(290);
    expect((await bench.invoke(target, { wait: false })).durationMs).toBeLessThan(250);
  });

  it("with a stream, whole and with its prelude", async () => {
    const text = `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
      const out = event.http ? awslambda.HttpResponseStream.from(stream, { statusCode: 201 }) : stream;
      out.write("[1,");
      out.write(Buffer.from("2]"));
      out.end();
    });`;
    const target = bench.target({ "app.js": text });
    expect((await bench.invoke(target)).value).toEqual([1, 2]);
    const raw = await bench.executor.invoke(target, {
      requestId: "r",
      invokedFunctionArn: "arn",
      payload: Buffer.from('{"http":true}'),
      clientContext: null,
      traceId: null,
      logTail: false,
    });
    expect(Buffer.from(raw.kind === "completed" ? raw.payload : []).toString("latin1")).toBe(
      '{"statusCode":201}\0\0\0\0\0\0\0\0[1,2]',
    );
  });

  it("with an error where its stream is not ended", async () => {
    const text =
      "exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('x'); });";
    const { value } = await bench.invoke(bench.target({ "app.js": text }));
    expect(value).toMatchObject({ errorMessage: "Response stream is not finished." });
  });

  it("with an error where the event is not JSON", async () => {
    const target = bench.target({ "app.js": "exports.handler = async () => 1;" });
    expect((await bench.invoke(target, {}, { payload: "{" })).value).toMatchObject({
      errorType: "SyntaxError",
    });
  });
});

describe("a handler is given", () => {
  it("the event and Lambda's context", async () => {
    const target = bench.target(
      {
        "app.js": `exports.handler = async (event, context) => ({
          event, context, left: context.getRemainingTimeInMillis(),
          trace: process.env._X_AMZN_TRACE_ID ?? null,
        });`,
      },
      { timeoutSeconds: 30, version: "3" },
    );
    const clientContext = '{\n"custom": {"name": "J\u00f6rg \u{1f600}"}}';
    const { value } = await bench.invoke(
      target,
      { \u00e9: "\u20ac" },
      { requestId: "r-1", clientContext, traceId: "Root=1-2" },
    );
    expect(value).toMatchObject({
      event: { \u00e9: "\u20ac" },
      trace: "Root=1-2",
      context: {
        callbackWaitsForEmptyEventLoop: true,
        awsRequestId: "r-1",
        functionName: target.functionName,
        functionVersion: "3",
        memoryLimitInMB: "128",
        logGroupName: target.logGroup,
        invokedFunctionArn: expect.stringContaining(target.functionName),
        clientContext: JSON.parse(clientContext),
      },
    });
    const { left } = value as { left: number };
    expect(left > 29_000 && left <= 30_000).toBe(true);
    expect((await bench.invoke(target)).value).toMatchObject({ trace: null });
  });

  it("a console that writes Lambda's lines, in the order of its calls", async () => {
    const target = bench.target({
      "app.js": `exports.handler = async () => {
        console.debug("a %d", 1); console.warn({ b: 2 }); process.stdout.write("raw\\n"); console.error("c");
      };`,
    });
    const { tail } = await bench.invoke(target, {}, { requestId: "r-2" });
    const lines = tail.split("\n").slice(2, 6);
    expect(lines.map((line) => line.replace(/^\d{4}-\S+Z/, "T"))).toEqual([
      "T\tr-2\tDEBUG\ta 1",
      "T\tr-2\tWARN\t{ b: 2 }",
      "raw",
      "T\tr-2\tERROR\tc",
    ]);
  });

  it("a console that writes JSON and keeps to the level where the function says so", async () => {
    const target = bench.target(
      {
        "app.js":
          "exports.handler = async () => { console.info('quiet'); console.error('loud', new Error('x')); };",
      },
      { environment: { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "warn" } },
    );
    const { tail } = await bench.invoke(target, {}, { requestId: "r-3" });
    expect(tail).not.toContain("quiet");
    const line = tail.split("\n").find((one) => one.includes("loud"))!;
    expect(JSON.parse(line)).toMatchObject({ level: "ERROR", requestId: "r-3", errorMessage: "x" });
  });
});

describe("a mesh in the process", () => {
  const hook = `globalThis[Symbol.for("tulle.invocation")] = async (meta, run) => {
    globalThis.seen = meta;
    try { return await run(); } catch (error) { console.log("hook saw", error.message); throw error; }
  };`;
  const handler = `exports.handler = async (event) => {
    if (event.fail) throw new Error("broken");
    return globalThis.seen;
  };`;

  it("runs every invocation, from a preload, and alters neither value nor error", async () => {
    const target = bench.target({ "hook.js": hook, "app.js": handler });
    const meshed = { ...target, environment: { NODE_OPTIONS: `-r ${target.codeFolder}/hook.js` } };
    const changes = { requestId: "r-1", clientContext: '{"custom":{"a":1}}', traceId: "Root=1" };
    expect((await bench.invoke(meshed, {}, changes)).value).toEqual({
      requestId: "r-1",
      deadlineMs: expect.any(Number),
      invokedFunctionArn: expect.stringContaining(target.functionName),
      clientContext: { custom: { a: 1 } },
      traceId: "Root=1",
      epoch: 41,
    });
    const failed = await bench.invoke(meshed, { fail: true });
    expect(failed.value).toMatchObject({ errorType: "Error", errorMessage: "broken" });
    expect(failed.tail).toContain("hook saw broken");
  });
});
