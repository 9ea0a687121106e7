import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { type Loopback, startHttp } from "../test-bed/loopback.ts";
import { parseEndpoint } from "./endpoint.ts";
import { exchange, type WireRequest, type WireResult } from "./exchange.ts";
import { createPool, type Pool } from "./pool.ts";

const stops: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

async function server(serve: Parameters<typeof startHttp>[0]): Promise<Loopback> {
  const loopback = await startHttp(serve);
  stops.push(() => loopback.stop());
  return loopback;
}

function ask(pool: Pool, url: string, changes: Partial<WireRequest> = {}): Promise<WireResult> {
  const peer = parseEndpoint(url)!;
  return exchange(pool, {
    peer,
    method: "POST",
    path: "/",
    headers: { host: peer.host },
    body: "ping",
    timeoutMs: 2000,
    ...changes,
  });
}

it("keeps a connection between requests", async () => {
  const { url, connections } = await server((_request, body, response) => response.end(body));
  const pool = createPool(Date.now);
  for (let i = 0; i < 3; i++) {
    expect(await ask(pool, url)).toMatchObject({ kind: "answer", response: { status: 200 } });
  }
  expect(connections()).toBe(1);
});

it("sends again on a fresh connection when the kept one is dead, as after a thaw", async () => {
  let requests = 0;
  const loopback = await server((_request, body, response) => {
    requests += 1;
    response.end(body);
  });
  const pool = createPool(Date.now);
  await Promise.all([ask(pool, loopback.url), ask(pool, loopback.url)]);
  loopback.breakConnections();
  // In the same turn: the client has not heard of the reset when it sends.
  const result = await ask(pool, loopback.url);
  expect(result).toMatchObject({ kind: "answer", response: { body: Buffer.from("ping") } });
  expect(requests).toBe(3);
});

it("does not send again when the peer that breaks had a fresh connection", async () => {
  let requests = 0;
  const { url } = await server((request) => {
    requests += 1;
    request.socket.resetAndDestroy();
  });
  expect(await ask(createPool(Date.now), url)).toMatchObject({ kind: "failure", reason: "connectionLost" });
  expect(requests).toBe(1);
});

it("does not send again when the peer broke after a while: it may have done the work", async () => {
  let requests = 0;
  const { url } = await server(async (request, _body, response) => {
    requests += 1;
    if (requests === 1) return response.end();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return request.socket.resetAndDestroy();
  });
  const pool = createPool(Date.now);
  await ask(pool, url);
  expect(await ask(pool, url)).toMatchObject({ kind: "failure", reason: "connectionLost" });
  expect(requests).toBe(2);
});

it("does not send again once a byte of the answer has arrived", async () => {
  let requests = 0;
  const tcp = createTcpServer((socket) => {
    socket.on("data", () => {
      requests += 1;
      if (requests === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      else socket.write("HTTP/1.1 2", () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  stops.push(async () => tcp.close());
  const url = `http://127.0.0.1:${(tcp.address() as AddressInfo).port}`;
  const pool = createPool(Date.now);
  await ask(pool, url);
  expect(await ask(pool, url)).toMatchObject({ kind: "failure", reason: "connectionLost" });
  expect(requests).toBe(2);
});

it("drops connections that were idle for longer than peers keep them, by the wall clock", async () => {
  let nowMs = 0;
  const { url, connections } = await server((_request, body, response) => response.end(body));
  const pool = createPool(() => nowMs);
  await ask(pool, url);
  nowMs = 40 * 60_000;
  await ask(pool, url);
  nowMs = 0;
  await ask(pool, url);
  expect(connections()).toBe(3);
});

it("tells a refused connection from one that broke in the middle of an answer", async () => {
  const gone = await startHttp(() => undefined);
  await gone.stop();
  const pool = createPool(Date.now);
  expect(await ask(pool, gone.url)).toMatchObject({ kind: "failure", reason: "unreachable" });
  const { url } = await server((_request, _body, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.destroy());
  });
  expect(await ask(pool, url)).toMatchObject({ kind: "failure", reason: "connectionLost" });
});

it("ends by its time limit, whether headers or the rest of the body are missing", async () => {
  const silent = await server(() => undefined);
  const half = await server((_request, _body, response) => void response.writeHead(200).write("half"));
  const pool = createPool(Date.now);
  for (const { url } of [silent, half]) {
    expect(await ask(pool, url, { timeoutMs: 30 })).toMatchObject({ kind: "failure", reason: "timeout" });
  }
});

it("calls a request that Node itself refuses unreachable", async () => {
  const { url } = await server((_request, body, response) => response.end(body));
  const result = await ask(createPool(Date.now), url, { path: "/with space" });
  expect(result).toMatchObject({ kind: "failure", reason: "unreachable" });
});

it.each([
  ["http://127.0.0.1:9000/base/", { secure: false, hostname: "127.0.0.1", port: 9000, prefix: "/base" }],
  [
    "https://lambda.eu-central-1.amazonaws.com",
    { secure: true, port: 443, host: "lambda.eu-central-1.amazonaws.com", prefix: "" },
  ],
  ["http://[::1]:80", { hostname: "::1", port: 80 }],
])("takes %s apart", (url, parts) => {
  expect(parseEndpoint(url)).toMatchObject(parts);
});

it.each(["", "localhost:9000", "ftp://host", "not a url"])("does not take %j for an endpoint", (text) => {
  expect(parseEndpoint(text)).toBeNull();
});
