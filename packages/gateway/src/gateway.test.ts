import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { TulleError } from "@tulle/core/errors";
import type { GatewayConfig } from "@tulle/core/model";
import { afterEach, expect, test } from "vitest";
import { createGateway, type DoorCall, type Gateway, type GatewayOptions, type Problem } from "./index.ts";

const config: GatewayConfig = {
  name: "edge",
  maxBodyBytes: 1_000,
  routes: [
    { method: "GET", path: "/v1/robots/{id}", to: "robots", timeoutMs: 2_000, keyHeader: "x-robot" },
    { method: "POST", path: "/v1/missions", to: "dispatch", timeoutMs: null, keyHeader: null },
    { method: "ANY", path: "/files/{path+}", to: "files", timeoutMs: 80, keyHeader: null },
  ],
};

const open: Gateway[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
});

type Answerer = (call: DoorCall) => unknown;

async function door(answer: Answerer, options: Partial<GatewayOptions> = {}) {
  const calls: DoorCall[] = [];
  const problems: Problem[] = [];
  const current: { config: GatewayConfig | null } = { config };
  const gateway = await createGateway({
    gatewayName: "edge",
    upstream: {
      gateway: () => current.config,
      requestTimeoutMs: () => 3_000,
      invoke: async (call) => {
        calls.push(call);
        return Buffer.from(JSON.stringify(await answer(call)));
      },
    },
    drainTimeoutMs: 200,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  open.push(gateway);
  return { gateway, calls, problems, current };
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(
  gateway: Gateway,
  line: string,
  more: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answered> {
  const [method, path] = line.split(" ") as [string, string];
  return new Promise((resolve, reject) => {
    const { port } = gateway;
    const request = httpRequest({ port, method, path, headers: more.headers ?? {}, agent: false });
    request.on("error", reject);
    request.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.end(more.body);
  });
}

test("calls the routed service with a 2.0 event and its context", async () => {
  const { gateway, calls } = await door(() => ({ statusCode: 200, body: "ok" }));
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  const answer = await ask(gateway, "GET /v1/robots/r%207?a=1&a=2&b=%C3%A9", {
    headers: { "X-Robot": "r7", cookie: "one=1; two=2", traceparent, "X-Label": "blue" },
  });
  expect(answer).toMatchObject({ status: 200, body: "ok" });
  expect(calls[0]).toMatchObject({ service: "robots", key: "r7", constellation: null });
  expect(calls[0]?.traceparent).toMatch(
    /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-00$/,
  );
  const event = JSON.parse(calls[0]!.payload);
  expect(event).toMatchObject({
    version: "2.0",
    routeKey: "GET /v1/robots/{id}",
    rawPath: "/v1/robots/r%207",
    rawQueryString: "a=1&a=2&b=%C3%A9",
    cookies: ["one=1", "two=2"],
    headers: { "x-robot": "r7", "x-label": "blue", "x-forwarded-proto": "http" },
    queryStringParameters: { a: "1,2", b: "é" },
    pathParameters: { id: "r 7" },
    requestContext: {
      http: { method: "GET", path: "/v1/robots/r%207", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
      stage: "$default",
    },
    isBase64Encoded: false,
  });
  expect(event).not.toHaveProperty("body");
  expect(event.headers).not.toHaveProperty("cookie");
  expect(event.requestContext.requestId).toBe(answer.headers["x-request-id"]);
});

test("starts the deadline at the door: the route's timeout, else the service's", async () => {
  const { gateway, calls } = await door(() => null, { clock: () => 1_000_000 });
  await ask(gateway, "GET /v1/robots/r7");
  await ask(gateway, "POST /v1/missions");
  expect(calls.map((call) => call.deadlineMs)).toEqual([1_002_000, 1_003_000]);
});

test("lets no client crowd the deadline out of what travels with its request", async () => {
  const { gateway, calls } = await door(() => null, { constellationHeader: "x-label" });
  const askAs = (key: string, label: string) =>
    ask(gateway, "GET /v1/robots/r7", { headers: { "x-robot": key, "x-label": label } });
  for (const key of ["k".repeat(128), "k".repeat(8_000), "k".repeat(8_000), `${"k".repeat(7_999)}l`])
    await askAs(key, "l".repeat(3_000));
  const [short, long, again, other] = calls.map(({ key }) => key);
  expect(short).toBe("k".repeat(128));
  expect(long).toMatch(/^[\w-]{43}$/);
  expect(again).toBe(long);
  expect(other).not.toBe(long);
  expect(calls.map(({ constellation }) => constellation)).toEqual([null, null, null, null]);
});

test("pins to a constellation only by the header that was configured", async () => {
  const pinning = await door(() => null, { constellationHeader: "x-label" });
  await ask(pinning.gateway, "GET /v1/robots/r7", { headers: { "X-Label": "blue" } });
  expect(pinning.calls[0]?.constellation).toBe("blue");
});

test("starts a trace where the client sends none or a malformed one", async () => {
  const { gateway, calls } = await door(() => null);
  await ask(gateway, "GET /v1/robots/r7");
  await ask(gateway, "GET /v1/robots/r7", { headers: { traceparent: "00-xyz" } });
  await ask(gateway, "GET /v1/robots/r7", {
    headers: { traceparent: `00-${"0".repeat(32)}-b7ad6b7169203331-01` },
  });
  const roots = calls.map((call) => call.traceparent.split("-")[1]);
  expect(new Set(roots).size).toBe(3);
  for (const root of roots) expect(root).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
});

test("carries text as text, and bytes and forms as base64", async () => {
  const { gateway, calls } = await door(() => null);
  const post = async (body: string | Buffer, type: string | null) => {
    await ask(gateway, "POST /v1/missions", { body, headers: type === null ? {} : { "content-type": type } });
    const { body: carried, isBase64Encoded } = JSON.parse(calls.at(-1)!.payload);
    return [carried, isBase64Encoded];
  };
  expect(await post('{"a":1}', "application/json")).toEqual(['{"a":1}', false]);
  expect(await post("hé", "text/plain; charset=utf-8")).toEqual(["hé", false]);
  expect(await post("a=1", "application/x-www-form-urlencoded")).toEqual(["YT0x", true]);
  expect(await post(Buffer.from([0xff, 0xfe]), "application/json")).toEqual(["//4=", true]);
  expect(await post("hi", "image/png")).toEqual(["aGk=", true]);
});

test("writes the function's status, headers and cookies", async () => {
  const { gateway } = await door(() => ({
    statusCode: 201,
    headers: { "content-type": "application/json", "x-a": "1" },
    cookies: ["a=1", "b=2"],
    body: "{}",
  }));
  const answer = await ask(gateway, "POST /v1/missions");
  expect(answer.status).toBe(201);
  expect(answer.headers).toMatchObject({ "x-a": "1", "set-cookie": ["a=1", "b=2"], "content-length": "2" });
});

test("answers HEAD, 204 and 304 without a body", async () => {
  const { gateway } = await door((call) =>
    call.payload.includes('"rawPath":"/files/none"')
      ? { statusCode: 204 }
      : { statusCode: 200, body: "content" },
  );
  expect(await ask(gateway, "HEAD /files/a")).toMatchObject({
    status: 200,
    body: "",
    headers: { "content-length": "7" },
  });
  const none = await ask(gateway, "GET /files/none");
  expect(none).toMatchObject({ status: 204, body: "" });
  expect(none.headers).not.toHaveProperty("content-length");
});

test("answers 404, and 405 with Allow", async () => {
  const { gateway, calls } = await door(() => null);
  expect(await ask(gateway, "GET /v2")).toMatchObject({ status: 404 });
  const wrong = await ask(gateway, "DELETE /v1/missions");
  expect(wrong).toMatchObject({ status: 405, headers: { allow: "POST" } });
  expect(JSON.parse(wrong.body)).toEqual({
    message: expect.any(String),
    requestId: wrong.headers["x-request-id"],
  });
  expect(calls).toEqual([]);
});

test("refuses a body over the limit, announced or not", async () => {
  const { gateway, calls } = await door(() => null);
  const large = "x".repeat(1_001);
  expect(await ask(gateway, "POST /v1/missions", { body: large })).toMatchObject({ status: 413 });
  const chunked = { "transfer-encoding": "chunked" };
  expect(await ask(gateway, "POST /v1/missions", { body: large, headers: chunked })).toMatchObject({
    status: 413,
  });
  expect(calls).toEqual([]);
  expect(await ask(gateway, "POST /v1/missions", { body: "x".repeat(1_000) })).toMatchObject({ status: 200 });
});

test("gives each failure of the mesh its status and no detail of what is behind", async () => {
  const secret = "arn:aws:lambda:eu-west-1:111122223333:function:fleet-dispatch";
  const cases = [
    ["TULLE2001", 502],
    ["TULLE2002", 503],
    ["TULLE2003", 504],
    ["TULLE2004", 504],
    ["TULLE2005", 503],
    ["TULLE2006", 409],
    ["TULLE2007", 502],
    ["TULLE2009", 502],
    ["TULLE2010", 503],
  ] as const;
  for (const [code, status] of cases) {
    const { gateway, problems } = await door(() => {
      throw new TulleError(code, `cannot call ${secret}`, { cause: new Error("inner") });
    });
    const answer = await ask(gateway, "POST /v1/missions");
    expect([code, answer.status]).toEqual([code, status]);
    expect(answer.body).not.toMatch(/arn:|fleet|dispatch|TULLE|inner| {4}at /);
    expect(answer.headers["retry-after"]).toBe(status === 503 ? "1" : undefined);
    expect(problems).toMatchObject([{ code, status, message: `cannot call ${secret}`, cause: "inner" }]);
  }
});

test("answers 502 to a function's error and to an answer that is no response", async () => {
  const failing = await door(() => {
    throw new Error("secret");
  });
  expect(await ask(failing.gateway, "POST /v1/missions")).toMatchObject({ status: 502 });
  const odd = await door(() => ({ statusCode: 200, headers: { "bad name": "secret" } }));
  const answer = await ask(odd.gateway, "POST /v1/missions");
  expect(answer.status).toBe(502);
  expect(answer.body).not.toContain("secret");
});

test("answers 504 at the deadline although the service never answers", async () => {
  const { gateway, calls } = await door(() => new Promise(() => {}));
  expect(await ask(gateway, "GET /files/slow")).toMatchObject({ status: 504 });
  expect(calls[0]?.signal.aborted).toBe(true);
});

test("swaps its routes when the configuration changes, and says 503 before the first", async () => {
  const { gateway, current } = await door(() => null);
  current.config = null;
  expect(await ask(gateway, "GET /v1/robots/r7")).toMatchObject({ status: 503 });
  expect(await ask(gateway, "GET /.tulle/health")).toMatchObject({ status: 503 });
  current.config = { ...config, routes: [{ ...config.routes[1]!, path: "/v2/missions" }] };
  expect(await ask(gateway, "POST /v2/missions")).toMatchObject({ status: 200 });
  expect(await ask(gateway, "GET /v1/robots/r7")).toMatchObject({ status: 404 });
  expect(await ask(gateway, "GET /.tulle/health")).toMatchObject({ status: 200, body: '{"status":"ok"}' });
});

test("lets a running request finish when it closes", async () => {
  let finish: (value: unknown) => void = () => {};
  const { gateway, calls } = await door(() => new Promise((resolve) => (finish = resolve)), {
    drainTimeoutMs: 5_000,
  });
  const answer = ask(gateway, "POST /v1/missions");
  await expect.poll(() => calls.length).toBe(1);
  const closed = gateway.close();
  finish({ statusCode: 200, body: "done" });
  expect(await answer).toMatchObject({ status: 200, body: "done", headers: { connection: "close" } });
  await closed;
});

test("says that the port is taken", async () => {
  const { gateway } = await door(() => null);
  await expect(door(() => null, { port: gateway.port })).rejects.toMatchObject({ code: "TULLE5014" });
});
