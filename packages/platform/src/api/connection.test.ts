import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../test/platform.ts";

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ spare: false });
});
afterAll(() => test.close());

/**
 * Sends bytes as they are, in pieces, and reads until the platform ends the connection.
 * `body` is sent when the platform says that it may come.
 */
async function exchange(pieces: readonly string[], body?: string): Promise<string> {
  const { hostname, port } = new URL(test.platform.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
    if (body !== undefined && text === "HTTP/1.1 100 Continue\r\n\r\n") socket.write(body);
  });
  const ended = once(socket, "close");
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  return text;
}

const request = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

describe("a connection", () => {
  it("answers requests that arrive together in order and ends when the client asks for it", async () => {
    const first = request("/_tulle/code/first.zip") + request("/2015-03-31/functions");
    const text = await exchange([first + request("/", "Connection: close\r\n")]);
    expect(text.match(/^x-amzn-errortype: .*(?=\r)/gim)).toEqual([
      "x-amzn-errortype: AccessDeniedException",
      "x-amzn-errortype: MissingAuthenticationTokenException",
      "x-amzn-errortype: MissingAuthenticationTokenException",
    ]);
    expect(text.match(/Connection: close/g)).toHaveLength(1);
  });

  it("reads a request that arrives in pieces", async () => {
    const whole = request("/2015-03-31/functions", "Connection: close\r\n");
    expect(await exchange([...whole])).toContain("HTTP/1.1 403 Forbidden");
  });

  it("says what it cannot read and closes", async () => {
    const text = await exchange(["this is not HTTP\r\n\r\n"]);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain("malformed request line");
  });

  it("lets a client that asks first send its body", async () => {
    const head =
      "POST /2015-03-31/functions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
      "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    const text = await exchange([head], "{}");
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 403 Forbidden\r\n/);
  });

  it("refuses a body that no operation takes, before it has arrived", async () => {
    const head = "POST /2015-03-31/functions HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n";
    const text = await exchange([head]);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("reads no further while its client does not take the answers", async () => {
    const { hostname, port } = new URL(test.platform.url);
    const socket = connect(Number(port), hostname).pause();
    await once(socket, "connect");
    const many = Buffer.from(request("/").repeat(20_000));
    let taken = 0;
    while (socket.write(many) || (await isDrained(socket))) taken += many.length;
    // What the two kernels hold is some megabytes.
    expect(taken).toBeLessThan(40_000_000);
    let answered = 0;
    socket.on("data", (chunk: Buffer) => (answered += chunk.length));
    socket.resume();
    await expect.poll(() => answered, { timeout: 10_000 }).toBeGreaterThan(4_000_000);
    socket.destroy();
  });
});

/** Whether the other side goes on reading. */
async function isDrained(socket: Socket): Promise<boolean> {
  const patience = new Promise<boolean>((resolve) => setTimeout(resolve, 1_000, false));
  return Promise.race([once(socket, "drain").then(() => true), patience]);
}

describe("closing", () => {
  it("does not wait for a client that keeps its connection open", async () => {
    const closing = await startTestPlatform({ spare: false, drainMs: 60_000 });
    const { hostname, port } = new URL(closing.platform.url);
    // A frozen function is such a client: its side of the connection stays open.
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.write(request("/"));
    await once(socket, "data");
    await closing.close();
    socket.destroy();
  });
});
