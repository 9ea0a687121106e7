import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { afterEach, expect, it } from "vitest";
import { parseEndpoint } from "./endpoint.ts";
import { exchange, type WireRequest, type WireResult } from "./exchange.ts";
import { createPool, type Pool } from "./pool.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server at the byte level; `onRequest` is called with each piece that arrives. */
async function serve(
  onRequest: (socket: Socket, text: string) => void,
): Promise<{ url: string; accepted: () => number }> {
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (data) => onRequest(socket, data.toString("latin1")));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, accepted: () => accepted };
}

function ask(pool: Pool, url: string, changes: Partial<WireRequest> = {}): Promise<WireResult> {
  const peer = parseEndpoint(url)!;
  const request = {
    peer,
    method: "POST",
    path: "/",
    headers: { host: peer.host },
    body: "x",
    timeoutMs: 5000,
  };
  return exchange(pool, { ...request, ...changes });
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

it("sends head and body in one piece, with the length in bytes", async () => {
  const seen: string[] = [];
  const { url } = await serve((socket, text) => {
    seen.push(text);
    socket.write(OK);
  });
  const pool = createPool(Date.now);
  for (const body of ["plain", "caf\u00e9 \u{1f916}", new Uint8Array([0, 255]), ""])
    await ask(pool, url, { body });
  expect(seen.map((text) => /content-length: (\d+)\r\n\r\n/.exec(text)?.[1])).toEqual(["5", "10", "2", "0"]);
  expect(Buffer.from(seen[1]!.split("\r\n\r\n")[1]!, "latin1").toString()).toBe("caf\u00e9 \u{1f916}");
});

it("sends a body of megabytes whole", async () => {
  let bytes = 0;
  const { url } = await serve((socket, text) => {
    bytes += text.length;
    if (text.endsWith("Z")) socket.write(OK);
  });
  const body = Buffer.alloc(3_000_000, "a");
  body[body.length - 1] = 0x5a;
  expect(await ask(createPool(Date.now), url, { body })).toMatchObject({ kind: "answer" });
  expect(bytes).toBeGreaterThan(3_000_000);
});

it("opens no more than 256 connections and gives each that comes free to the next in line", async () => {
  let now = 0;
  let most = 0;
  const { url, accepted } = await serve((socket) => {
    most = Math.max(most, ++now);
    setTimeout(() => {
      now -= 1;
      socket.write(OK);
    }, 5);
  });
  const pool = createPool(Date.now);
  const results = await Promise.all(Array.from({ length: 600 }, () => ask(pool, url)));
  expect(results.every(({ kind }) => kind === "answer")).toBe(true);
  expect(accepted()).toBe(256);
  expect(most).toBeLessThanOrEqual(256);
});

it("serves who waits in line although connections break, and forgets who gave up", async () => {
  const { url, accepted } = await serve((socket, text) => {
    if (text.includes("/hold")) setTimeout(() => socket.destroy(), 30);
    else socket.write(OK);
  });
  const pool = createPool(Date.now);
  const held = Array.from({ length: 256 }, () => ask(pool, url, { path: "/hold" }));
  const given = ask(pool, url, { timeoutMs: 5 });
  const waiting = ask(pool, url);
  expect(await given).toMatchObject({ kind: "failure", reason: "timeout" });
  expect(await waiting).toMatchObject({ kind: "answer" });
  expect(await Promise.all(held)).toContainEqual(expect.objectContaining({ reason: "connectionLost" }));
  expect(accepted()).toBe(257);
});

it("closes a connection on which a server talks out of turn", async () => {
  const { url, accepted } = await serve((socket) => {
    socket.write(OK);
    setTimeout(() => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"), 5);
  });
  const pool = createPool(Date.now);
  await ask(pool, url);
  await turn();
  expect(await ask(pool, url)).toMatchObject({ response: { body: Buffer.from("ok") } });
  expect(accepted()).toBe(2);
});

it("closes a connection with bytes behind the answer, in the same packet or not", async () => {
  const { url, accepted } = await serve((socket) => socket.write(`${OK}HTTP/1.1 200 OK\r\n`));
  const pool = createPool(Date.now);
  for (let i = 0; i < 3; i++) expect(await ask(pool, url)).toMatchObject({ kind: "answer" });
  expect(accepted()).toBe(3);
});

it.each(["rubbish\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "\u0000"])(
  "calls %j a lost connection and closes it",
  async (answer) => {
    let closed = 0;
    const { url } = await serve((socket) => {
      socket.on("close", () => void closed++);
      socket.write(answer, "latin1");
    });
    expect(await ask(createPool(Date.now), url)).toMatchObject({ kind: "failure", reason: "connectionLost" });
    await expect.poll(() => closed).toBe(1);
  },
);

it("does not read an answer beyond its bound", async () => {
  const { url } = await serve((socket) => socket.write(OK));
  expect(await ask(createPool(Date.now), url, { maxBodyBytes: 1 })).toMatchObject({
    kind: "failure",
    reason: "oversized",
  });
});

it("reads an answer that ends with its connection, and uses no such connection again", async () => {
  const { url, accepted } = await serve((socket) => socket.end("HTTP/1.0 200 OK\r\n\r\nto the end"));
  const pool = createPool(Date.now);
  for (let i = 0; i < 2; i++)
    expect(await ask(pool, url)).toMatchObject({ response: { body: Buffer.from("to the end") } });
  expect(accepted()).toBe(2);
});

it("takes an answer that came in time although the event loop was blocked beyond the limit", async () => {
  const worker = new Worker(
    `const { createServer } = require("node:net"), { parentPort } = require("node:worker_threads");
     const server = createServer((socket) => socket.on("data", () => socket.write(${JSON.stringify(OK)})));
     server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  try {
    const [port] = await once(worker, "message");
    const pool = createPool(Date.now);
    const url = `http://127.0.0.1:${port}`;
    await ask(pool, url);
    const answer = ask(pool, url, { timeoutMs: 50 });
    const endMs = performance.now() + 200;
    while (performance.now() < endMs);
    expect(await answer).toMatchObject({ kind: "answer" });
  } finally {
    await worker.terminate();
  }
});

it("can be aborted before it is sent, while it waits and while it is answered", async () => {
  const { url } = await serve((socket, text) => {
    if (text.includes("/half")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
  });
  const pool = createPool(Date.now);
  const reason = new Error("enough");
  const early = await ask(pool, url, { signal: AbortSignal.abort(reason) });
  expect(early).toEqual({ kind: "failure", reason: "aborted", cause: reason });
  for (const path of ["/", "/half"]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    expect(await ask(pool, url, { path, signal: controller.signal })).toEqual(early);
  }
});

it.each([
  ["a line break in a header", { headers: { host: "h", a: "b\r\nc: d" } }],
  ["a header's name with a space", { headers: { host: "h", "a b": "c" } }],
  ["a character beyond latin1", { headers: { host: "h", a: "\u6a5f" } }],
  ["a path with a line break", { path: "/a\r\nb" }],
  ["a path that is none", { path: "a" }],
  ["a method that is none", { method: "GE T" }],
])("sends nothing with %s", async (_what, changes) => {
  const { url, accepted } = await serve((socket) => socket.write(OK));
  expect(await ask(createPool(Date.now), url, changes)).toMatchObject({
    kind: "failure",
    reason: "unreachable",
  });
  expect(accepted()).toBe(0);
});

it("decides the framing of a request by itself", async () => {
  let seen = "";
  const { url } = await serve((socket, text) => {
    seen = text;
    socket.write(OK);
  });
  const headers = {
    host: "h",
    "transfer-encoding": "chunked",
    "content-length": "99",
    connection: "close",
    a: "1",
  };
  await ask(createPool(Date.now), url, { headers });
  expect(seen).toBe("POST / HTTP/1.1\r\nhost: h\r\na: 1\r\ncontent-length: 1\r\n\r\nx");
  await ask(createPool(Date.now), url, { method: "GET", headers, body: "" });
  expect(seen).toBe("GET / HTTP/1.1\r\nhost: h\r\na: 1\r\n\r\n");
});
