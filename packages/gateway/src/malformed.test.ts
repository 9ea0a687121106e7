import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createGateway, type Gateway, type GatewayOptions, type Problem } from "./index.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

async function door(options: Partial<GatewayOptions> = {}) {
  const problems: Problem[] = [];
  const seen: { aborted: boolean }[] = [];
  const events: string[] = [];
  const gateway = await createGateway({
    gatewayName: "edge",
    upstream: {
      gateway: () => ({
        name: "edge",
        maxBodyBytes: 1_000,
        routes: [
          { method: "ANY", path: "/{path+}", to: "echo", timeoutMs: null, keyHeader: null },
          { method: "GET", path: "/hang", to: "hang", timeoutMs: null, keyHeader: null },
        ],
      }),
      requestTimeoutMs: () => 5_000,
      invoke: ({ service, payload, signal }) => {
        seen.push(signal);
        events.push(payload);
        return service === "hang" ? new Promise(() => {}) : Promise.resolve(Buffer.from('"ok"'));
      },
    },
    drainTimeoutMs: 100,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  open.push(gateway);
  return { gateway, problems, seen, events };
}

function dial(gateway: Gateway): Socket {
  const socket = connect({ port: gateway.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  open.push({ close: () => socket.destroy() });
  return socket;
}

/** Sends bytes and reads until the other side ends. */
function exchange(gateway: Gateway, bytes: string, half = false): Promise<string> {
  const socket = dial(gateway);
  if (half) socket.end(bytes);
  else socket.write(bytes);
  return new Promise((resolve) => {
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
    socket.on("end", () => socket.destroy());
  });
}

const statusOf = (response: string): number => Number(/^HTTP\/1.1 (\d+)/.exec(response)?.[1] ?? 0);
const close = "Connection: close\r\n\r\n";

test("refuses what is not HTTP and goes on serving", async () => {
  const { gateway, problems } = await door();
  const broken = [
    "hello\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: nine\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    `GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n${close}`,
    `GET /%zz HTTP/1.1\r\nHost: a\r\n${close}`,
    `GET /a?x=%E0%A4%A HTTP/1.1\r\nHost: a\r\n${close}`,
    `OPTIONS * HTTP/1.1\r\nHost: a\r\n${close}`,
    `GET /a HTTP/1.1\r\n${close}`,
  ];
  for (const bytes of broken) expect([bytes, statusOf(await exchange(gateway, bytes))]).toEqual([bytes, 400]);
  expect(problems.every((problem) => problem.code === "TULLE5006")).toBe(true);
  expect(statusOf(await exchange(gateway, `GET /a HTTP/1.1\r\nHost: a\r\n${close}`))).toBe(200);
});

test("tells an address that is too long from headers that are too large", async () => {
  const { gateway } = await door();
  const long = (bytes: number) => `GET /${"a".repeat(bytes)} HTTP/1.1\r\nHost: a\r\n${close}`;
  expect(statusOf(await exchange(gateway, long(9_000)))).toBe(414);
  expect(statusOf(await exchange(gateway, long(40_000)))).toBe(414);
  const large = `GET /a HTTP/1.1\r\nHost: a\r\nCookie: ${"c".repeat(40_000)}\r\n${close}`;
  const refused = await exchange(gateway, large);
  expect(statusOf(refused)).toBe(431);
  const requestId = /x-request-id: (\S+)/.exec(refused)?.[1];
  expect(JSON.parse(refused.split("\r\n\r\n")[1]!)).toEqual({ message: expect.any(String), requestId });
});

test("gives up on a body that does not arrive", async () => {
  const { gateway, problems } = await door({ bodyTimeoutMs: 30 });
  const response = await exchange(gateway, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  expect(statusOf(response)).toBe(408);
  expect(problems).toMatchObject([{ code: "TULLE5007" }]);
});

test("answers a client that has closed its sending half", async () => {
  const { gateway } = await door();
  const response = await exchange(gateway, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", true);
  expect(statusOf(response)).toBe(200);
});

test("stops the call when the client goes away", async () => {
  const { gateway, seen } = await door();
  const socket = dial(gateway);
  socket.write("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  await expect.poll(() => seen.length).toBe(1);
  socket.destroy();
  await expect.poll(() => seen[0]?.aborted).toBe(true);
});

test("stops reading when the client goes away in the middle of a body", async () => {
  const { gateway, problems, seen } = await door();
  const socket = dial(gateway);
  socket.write("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", () => socket.destroy());
  await expect.poll(() => problems.length).toBe(1);
  expect(seen).toEqual([]);
});

test("gathers a body that arrives in single bytes", async () => {
  const { gateway, events } = await door();
  const text = Array.from({ length: 900 }, (_, i) => String.fromCharCode(97 + (i % 26))).join("");
  const chunks = [...text].map((one) => `1\r\n${one}\r\n`).join("");
  const head = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
  expect(statusOf(await exchange(gateway, `${head}${chunks}0\r\n\r\n`))).toBe(200);
  expect(JSON.parse(events[0]!).body).toBe(text);
});

test("serves a request with an expectation that it does not know", async () => {
  const { gateway } = await door();
  const odd = `GET /a HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n${close}`;
  expect(statusOf(await exchange(gateway, odd))).toBe(200);
});

test("asks for the body only when it will read it", async () => {
  const { gateway } = await door();
  const head = (bytes: number) =>
    `POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${bytes}\r\n`;
  const wanted = await exchange(gateway, `${head(3)}${close}abc`);
  expect(wanted).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
  expect(statusOf(await exchange(gateway, `${head(5_000)}${close}`))).toBe(413);
});
