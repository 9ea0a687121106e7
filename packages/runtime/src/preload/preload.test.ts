import { execFile } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { encodeResponseStreamEvent } from "@tulle/aws/lambda";
import { build, type Format } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FleetOptions, fleetSnapshot } from "../../test/fleet.ts";
import { type Answer, credentials, type Received, type SignedService, startSignedService } from "../../test/signed-service.ts";

const run = promisify(execFile);
const testFolder = join(import.meta.dirname, "../../test");

let folder: string;
let service: SignedService;

interface Result {
  readonly output?: Record<string, unknown> & { $metadata: Record<string, unknown> };
  readonly error?: { name: string; message: string; code?: string; $metadata?: Record<string, unknown>; is: string[] };
}

interface Run {
  readonly results: Record<string, Result>;
  readonly stderr: string;
}

const invoked: Answer = { headers: { "x-amz-executed-version": "7" }, body: '{"km":3}' };

const file = (format: Format): string => join(folder, format === "esm" ? "function.mjs" : "function.cjs");

async function bundle(format: Format): Promise<void> {
  await build({
    entryPoints: [join(testFolder, "unmodified-function.mjs")],
    bundle: true,
    minify: true,
    platform: "node",
    format,
    outfile: file(format),
    ...(format === "esm" && {
      banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    }),
  });
}

/** Runs steps of the unmodified function under the preload. */
async function runFunction(
  steps: readonly string[],
  { format = "cjs", environment = {}, ...options }: FleetOptions & { format?: Format; environment?: object } = {},
): Promise<Run> {
  const snapshot = join(folder, `snapshot-${Math.random()}.json`);
  await writeFile(snapshot, JSON.stringify(fleetSnapshot(options)));
  const { stdout, stderr } = await run(process.execPath, [file(format), ...steps], {
    timeout: 20_000,
    env: {
      PATH: process.env["PATH"],
      NODE_OPTIONS: `-r ${join(folder, "preload.cjs")}`,
      TULLE_SERVICE: "dispatch",
      TULLE_SNAPSHOT: snapshot,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: service.url,
      ...environment,
    } as NodeJS.ProcessEnv,
  });
  return { results: JSON.parse(stdout), stderr };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-preload-"));
  service = await startSignedService(() => invoked);
  await Promise.all([
    bundle("cjs"),
    bundle("esm"),
    build({
      entryPoints: [join(import.meta.dirname, "preload.ts")],
      bundle: true,
      minify: true,
      platform: "node",
      format: "cjs",
      conditions: ["tulle-source"],
      outfile: join(folder, "preload.cjs"),
    }),
  ]);
}, 60_000);

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  service.received.length = 0;
  service.answer = () => invoked;
});

const target = "/2015-03-31/functions/fleet-navigator/invocations?Qualifier=7";
const notFound: Answer = { status: 404, headers: { "x-amzn-errortype": "ResourceNotFoundException" }, body: '{"Message":"no"}' };

describe("the preload's bundle", () => {
  it("is one CommonJS file of at most 15 KB gzipped", async () => {
    const bytes = readFileSync(join(folder, "preload.cjs"));
    expect((await stat(join(folder, "preload.cjs"))).size).toBe(bytes.length);
    expect(gzipSync(bytes).length).toBeLessThanOrEqual(15 * 1024);
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
    expect(results["invoke"]!.error).toMatchObject({ is: ["ResourceNotFoundException"], $metadata: { httpStatusCode: 404 } });
  });
});

describe("an unmodified function under the preload", () => {
  it("tells the callee who calls, in the client context", async () => {
    await runFunction(["invoke"]);
    const context = Buffer.from(String(service.received[0]!.headers["x-amz-client-context"]), "base64").toString();
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
    const environment = { TULLE_SNAPSHOT: join(folder, "missing.json") };
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
    expect(lost.results["invoke"]!.error).toMatchObject({ name: "TULLE2005", $metadata: { httpStatusCode: 424, attempts: 1 } });
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
        response.end(encodeResponseStreamEvent({ kind: "complete", errorCode: null, errorDetails: null, logResult: null }));
      }, 20);
      return undefined;
    };
    const { results } = await runFunction(["stream"]);
    expect(results["stream"]!.output).toBe("ab");
    expect(service.received).toMatchObject([{ signature: "ok", url: expect.stringContaining("fleet-navigator/response-streaming") }]);
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
});

describe("resources of an unmodified function", () => {
  it.each<[step: string, body: string, answer?: Answer]>([
    ["queue", '"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/fleet-jobs"', { body: '{"MessageId":"1"}' }],
    ["queueUrl", '"QueueName":"fleet-jobs"', { body: '{"QueueUrl":"u"}' }],
    ["topic", "TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Afleet-alerts", { body: "<PublishResponse/>" }],
    ["kinesis", '"StreamName":"fleet-positions"', { body: "{}" }],
    ["machine", '"stateMachineArn":"arn:aws:states:eu-west-1:123456789012:stateMachine:fleet-mission"', { body: "{}" }],
    ["bus", '"EventBusName":"fleet-events"', { body: "{}" }],
    ["secret", '"SecretId":"fleet/password-9"', { body: "{}" }],
    ["parameter", '"Name":"/fleet/limit"', { body: "{}" }],
  ])("%s: the physical name is sent, signed", async (step, body, answer) => {
    service.answer = () => answer ?? {};
    const { results } = await runFunction([step]);
    expect(results[step]!.error).toBeUndefined();
    expect(service.received).toMatchObject([{ signature: "ok", body: expect.stringContaining(body) }]);
  });

  it.each([
    ["getObject", "/fleet-maps-eu/a/b%20c?x-id=GetObject"],
    ["putObject", "/fleet-maps-eu/k?x-id=PutObject"],
    ["putStream", "/fleet-maps-eu/k?x-id=PutObject"],
  ])("%s: the bucket in the path becomes the physical one", async (step, url) => {
    service.answer = () => ({ body: step === "getObject" ? "text" : "" });
    const { results } = await runFunction([step]);
    expect(results[step]!.error).toBeUndefined();
    expect(service.received).toMatchObject([{ url, signature: "ok", service: "s3" }]);
  });
});
