import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encodeResponseStreamEvent } from "@tulle/aws/lambda";
import type { Format } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  bundleFunction,
  type PreloadedFunction,
  type Run,
  type RunOptions,
} from "../../test/preloaded-function.ts";
import {
  type Answer,
  type Received,
  type SignedService,
  startSignedService,
} from "../../test/signed-service.ts";

// Every test starts a process and loads a bundle of nine SDK clients into it.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let fn: PreloadedFunction;
let service: SignedService;

const invoked: Answer = { headers: { "x-amz-executed-version": "7" }, body: '{"km":3}' };

const runFunction = (steps: readonly string[], options?: RunOptions): Promise<Run> =>
  fn.run(service.url, steps, options);

beforeAll(async () => {
  service = await startSignedService(() => invoked);
  fn = await bundleFunction(["cjs", "esm"]);
});

afterAll(async () => {
  await service.close();
  await fn.remove();
});

beforeEach(() => {
  service.received.length = 0;
  service.answer = () => invoked;
});

const target = "/2015-03-31/functions/fleet-navigator/invocations?Qualifier=7";
const notFound: Answer = {
  status: 404,
  headers: { "x-amzn-errortype": "ResourceNotFoundException" },
  body: '{"Message":"no"}',
};

describe("the preload's bundle", () => {
  it("is one CommonJS file that needs nothing but Node, of at most 26 KB gzipped", async () => {
    const text = await readFile(fn.preload, "utf8");
    const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1]!);
    expect(required.filter((name) => !name.startsWith("node:"))).toEqual([]);
    expect(gzipSync(text).length).toBeLessThanOrEqual(26 * 1024);
  });
});

describe.each<Format>(["cjs", "esm"])("an unmodified %s function with its own SDK", (format) => {
  it("is routed, signed as itself, and reads its answers with its own SDK", async () => {
    const { results, stderr } = await runFunction(["invoke", "event", "table"], { format });
    expect(results["invoke"]!.output).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: "7",
      payload: '{"km":3}',
      $metadata: { httpStatusCode: 200, requestId: "request-1", attempts: 1 },
    });
    expect(service.received).toMatchObject([
      { url: target, body: "{}", signature: "ok", service: "lambda" },
      { url: target, signature: "ok", headers: { "x-amz-invocation-type": "Event" } },
      { signature: "ok", service: "dynamodb", body: expect.stringContaining('"TableName":"fleet-robots-3"') },
    ]);
    expect(stderr).toBe("");
  });

  it("gets its SDK's own error classes", async () => {
    service.answer = () => notFound;
    const { results } = await runFunction(["invoke"], { format });
    expect(results["invoke"]!.error).toMatchObject({
      is: ["ResourceNotFoundException"],
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe("an unmodified function under the preload", () => {
  it("tells the callee who calls, in the client context", async () => {
    await runFunction(["invoke"]);
    const context = Buffer.from(
      String(service.received[0]!.headers["x-amz-client-context"]),
      "base64",
    ).toString();
    expect(JSON.parse(context)).toMatchObject({ custom: { tulle: { v: 1, f: "dispatch" } } });
  });

  it("sends to the byte what it would have sent, where nothing is the mesh's", async () => {
    const steps = ["other", "otherTable"];
    service.answer = (received) => (received.service === "dynamodb" ? { body: "{}" } : invoked);
    await runFunction(steps);
    const meshed = service.received.splice(0);
    await runFunction(steps, { environment: { TULLE_SERVICE: "" } });
    const strip = ({ headers, ...rest }: Received): object => {
      const { authorization: _a, "x-amz-date": _d, "amz-sdk-invocation-id": _i, ...same } = headers;
      return { ...rest, headers: same };
    };
    expect(meshed.map(strip)).toEqual(service.received.map(strip));
    expect(meshed).toHaveLength(2);
  });

  it("does nothing at all without TULLE_SERVICE, nor switched off", async () => {
    for (const environment of [{ TULLE_SERVICE: "" }, { TULLE_MODE: "off" }]) {
      service.received.length = 0;
      const { stderr } = await runFunction(["invoke"], { environment });
      expect(service.received[0]!.url).toBe("/2015-03-31/functions/navigator/invocations");
      expect(stderr).toBe("");
    }
  });

  it("goes on without the mesh when its snapshot cannot be read", async () => {
    const environment = { TULLE_SNAPSHOT: join(fn.folder, "missing.json") };
    const { results } = await runFunction(["invoke"], { environment });
    expect(results["invoke"]!.output).toMatchObject({ StatusCode: 200 });
    expect(service.received[0]!.url).toBe("/2015-03-31/functions/navigator/invocations");
  });

  it("makes the attempts that the mesh decides on and not one more", async () => {
    service.answer = () => ({ status: 503, body: '{"Message":"down"}' });
    const { results } = await runFunction(["invoke"], { attempts: 1 });
    expect(service.received).toHaveLength(2);
    expect(results["invoke"]!.error).toMatchObject({ $metadata: { httpStatusCode: 503 } });
    service.received.length = 0;
    service.answer = () => ({
      status: 429,
      headers: { "x-amzn-errortype": "TooManyRequestsException" },
      body: '{"message":"Rate Exceeded."}',
    });
    const throttled = await runFunction(["invoke"]);
    expect(service.received).toHaveLength(1);
    expect(throttled.results["invoke"]!.error).toMatchObject({ is: ["TooManyRequestsException"] });
  });

  it("gets a refusal of the mesh as an error that names its code and is not retried", async () => {
    const { results } = await runFunction(["invoke"], { allow: [] });
    expect(results["invoke"]!.error).toMatchObject({
      name: "TULLE2001",
      message: expect.stringContaining("TULLE2001: "),
      $metadata: { httpStatusCode: 403, attempts: 1 },
    });
    const unreachable = { AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    const lost = await runFunction(["invoke"], { environment: unreachable });
    expect(lost.results["invoke"]!.error).toMatchObject({
      name: "TULLE2005",
      $metadata: { httpStatusCode: 424, attempts: 1 },
    });
    expect(service.received).toHaveLength(0);
  });

  it("gets a fallback value as an answer", async () => {
    const environment = { AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    const fallback = { kind: "value", value: { km: 0 } } as const;
    const { results } = await runFunction(["invoke", "stream"], { environment, fallback });
    expect(results["invoke"]!.output).toMatchObject({ StatusCode: 200, payload: '{"km":0}' });
    expect(results["stream"]!.output).toBe('{"km":0}');
  });

  it("reads a streamed answer as it comes", async () => {
    service.answer = (_received, response) => {
      response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
      response.write(encodeResponseStreamEvent({ kind: "chunk", payload: Buffer.from("a") }));
      setTimeout(() => {
        response.write(encodeResponseStreamEvent({ kind: "chunk", payload: Buffer.from("b") }));
        response.end(
          encodeResponseStreamEvent({
            kind: "complete",
            errorCode: null,
            errorDetails: null,
            logResult: null,
          }),
        );
      }, 20);
      return undefined;
    };
    const { results } = await runFunction(["stream"]);
    expect(results["stream"]!.output).toBe("ab");
    expect(service.received).toMatchObject([
      { signature: "ok", url: expect.stringContaining("fleet-navigator/response-streaming") },
    ]);
  });

  it("can abort, and its own time limits hold", async () => {
    service.answer = () => ({ delayMs: 3000 });
    const started = Date.now();
    const { results } = await runFunction(["abort", "timeout", "idle"]);
    expect(results["abort"]!.error).toMatchObject({ name: "AbortError" });
    expect(results["timeout"]!.error).toMatchObject({ name: "TimeoutError" });
    expect(results["idle"]!.error).toMatchObject({ name: "TimeoutError" });
    expect(Date.now() - started).toBeLessThan(3000);
  });

  it("makes many calls at a time", async () => {
    const { results } = await runFunction(["many"]);
    expect(results["many"]!.output).toBe(20);
    expect(service.received).toHaveLength(20);
  });

  it("leaves a request alone that other keys than the function's have signed, and says so once", async () => {
    const { results, stderr } = await runFunction(["otherKeys", "tableOtherKeys", "otherKeys"]);
    expect(results["otherKeys"]!.output).toBeDefined();
    expect(service.received.map(({ url }) => url)).toEqual([
      "/2015-03-31/functions/navigator/invocations",
      "/",
      "/2015-03-31/functions/navigator/invocations",
    ]);
    expect(service.received[1]!.body).toContain('"TableName":"robots"');
    expect(stderr.match(/resignRefused/g)).toHaveLength(1);
  });

  it("calls past the mesh in observe, to the byte", async () => {
    service.answer = () => ({ status: 503, body: "{}" });
    await runFunction(["invoke", "table"], { mode: "observe" });
    const urls = service.received.map(({ url }) => url);
    expect(urls.slice(0, 3)).toEqual(new Array(3).fill("/2015-03-31/functions/navigator/invocations"));
    expect(service.received[0]!.headers["x-amz-client-context"]).toBeUndefined();
    expect(service.received.at(-1)!.body).toContain('"TableName":"robots"');
    expect(service.received.every(({ signature }) => signature === "ok")).toBe(true);
  });

  it("sees a connection break in observe as without the mesh", async () => {
    const environment = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_MAX_ATTEMPTS: "1" };
    const { results } = await runFunction(["invoke"], { mode: "observe", environment });
    expect(results["invoke"]!.error).toMatchObject({ code: "ECONNREFUSED", $metadata: { attempts: 1 } });
  });
});
