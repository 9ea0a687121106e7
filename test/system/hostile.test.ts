/** What an attacker on this machine, or outside the door, can do to a running mesh: nothing that lasts. */
import { execFileSync } from "node:child_process";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SmallMesh, startSmallMesh } from "./fixtures/small-mesh.ts";

let mesh: SmallMesh;
beforeAll(async () => {
  mesh = await startSmallMesh();
  expect(await mesh.ask("/back")).toMatchObject({ status: 200 });
});
afterAll(() => mesh?.stop());

const sockets: Socket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

function dial(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  sockets.push(socket);
  return socket;
}

/** What is answered to bytes until the other side ends the connection. */
function exchange(url: string, bytes: string): Promise<string> {
  const socket = dial(url);
  socket.setEncoding("latin1").write(bytes, "latin1");
  return new Promise((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on("close", () => resolve(text));
  });
}

const statusesOf = (text: string): readonly number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));

/** Sends for as long as the other side reads; true when it stops reading. */
async function isStoppedByUnreadAnswers(url: string, request: string, mostBytes: number): Promise<boolean> {
  const socket = dial(url).pause();
  const block = Buffer.from(request.repeat(Math.ceil(1_000_000 / request.length)));
  for (let sent = 0; sent < mostBytes; sent += block.length) {
    if (socket.write(block)) continue;
    const drained = new Promise<boolean>((resolve) => socket.once("drain", () => resolve(true)));
    const patience = new Promise<boolean>((resolve) => setTimeout(resolve, 2_000, false));
    if (!(await Promise.race([drained, patience]))) return true;
  }
  return false;
}

const gatewayUrl = () => mesh.session.urls.gateways["door"]!;

const residentMb = (part: string): number => {
  const { pid } = mesh.session.processes().find(({ name }) => name === part)!;
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
};

describe("the door", () => {
  const head = "POST /ask HTTP/1.1\r\nHost: a\r\n";
  const second = "GET /back HTTP/1.1\r\nHost: a\r\n\r\n";

  test.each([
    ["both lengths", `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${second}`],
    [
      "two encodings",
      `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${second}`,
    ],
    ["an encoding that is none", `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${second}`],
    ["a blank before the colon", `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${second}`],
    ["two lengths", `${head}Content-Length: 0\r\nContent-Length: 33\r\n\r\n${second}`],
    ["a length with a sign", `${head}Content-Length: +33\r\n\r\n${second}`],
    ["a length below zero", `${head}Content-Length: -1\r\n\r\n${second}`],
    ["bare line feeds", `POST /ask HTTP/1.1\nHost: a\nContent-Length: 0\n\n${second}`],
    ["a folded header", `${head}X: a\r\n b\r\n\r\n${second}`],
    ["a chunk that ends in a line feed", `${head}Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n${second}`],
  ])(
    "takes a request with %s for one bad request, and nothing behind it for another",
    async (_what, bytes) => {
      expect(statusesOf(await exchange(gatewayUrl(), bytes))).toEqual([400]);
    },
  );

  test("tells a client nothing of what is behind it", async () => {
    const end = "Host: a\r\nConnection: close\r\n";
    const requests = [
      `GET /nowhere HTTP/1.1\r\n${end}\r\n`,
      `DELETE /back HTTP/1.1\r\n${end}\r\n`,
      `GET /%2e%2e/etc/passwd HTTP/1.1\r\n${end}\r\n`,
      `POST /troubled HTTP/1.1\r\n${end}Content-Length: 14\r\n\r\n{"do":"throw"}`,
      `POST /ask HTTP/1.1\r\n${end}Content-Length: 1\r\n\r\n{`,
      `GET /back HTTP/1.1\r\n${end}Expect: wonders\r\n\r\n`,
    ];
    const text = (await Promise.all(requests.map((bytes) => exchange(gatewayUrl(), bytes)))).join("\n");
    expect(statusesOf(text).toSorted()).toEqual([200, 400, 404, 405, 502, 502]);
    expect(text).not.toMatch(/tulle|small-|RangeError|out of reach|node_modules|\.ts|at \w+ \(/i);
  });

  test("does not let a client crowd the deadline out with a long key", async () => {
    const key = "k".repeat(8_000);
    const { status, body } = await mesh.ask("/ask", { calls: [{ service: "back" }] }, { "x-key": key });
    expect([status, body.seen[0].kind]).toEqual([200, "answer"]);
    const reported = async () => {
      const environments = await mesh.session.control.environments();
      const door = environments.filter(({ caller }) => caller === "gateway/door");
      expect(door).not.toEqual([]);
      return door.map(({ counters }) => counters["contextDropped"] ?? 0);
    };
    await expect.poll(reported, { timeout: 5_000 }).toEqual([0]);
  });

  test("holds little for clients that take no answers, send single bytes or never finish", async () => {
    const beforeMb = residentMb("gateway/door");
    expect(
      await isStoppedByUnreadAnswers(gatewayUrl(), "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 60_000_000),
    ).toBe(true);
    const bytes = "1\r\nA\r\n".repeat(200_000);
    for (let i = 0; i < 10; i++)
      dial(gatewayUrl()).write(`${head}Transfer-Encoding: chunked\r\n\r\n${bytes}`);
    for (let i = 0; i < 300; i++) dial(gatewayUrl()).write(`${head}X: `);
    expect(await mesh.ask("/back")).toMatchObject({ status: 200 });
    // 12 MB of single bytes are 2 MB of body; kept as pieces they were ten times as much for each connection.
    await expect.poll(() => residentMb("gateway/door") - beforeMb, { timeout: 20_000 }).toBeLessThan(250);
  });
});

describe("the platform", () => {
  test("stops reading a client that takes no answers, and serves the others", async () => {
    const url = mesh.session.urls.platform;
    expect(await isStoppedByUnreadAnswers(url, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 60_000_000)).toBe(true);
    expect(await mesh.ask("/back")).toMatchObject({ status: 200 });
  });

  test("holds a body of single bytes in little more than its size", async () => {
    const before = process.memoryUsage().rss;
    const socket = dial(mesh.session.urls.platform);
    socket.write("POST /2015-03-31/functions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    const block = Buffer.from("1\r\nA\r\n".repeat(100_000));
    for (let i = 0; i < 15; i++) await new Promise((resolve) => socket.write(block, resolve));
    expect(await mesh.ask("/back")).toMatchObject({ status: 200 });
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(120);
  });

  test.each([
    ["dots", "/2015-03-31/functions/..%2f..%2fetc/invocations"],
    ["a NUL", "/2015-03-31/functions/a%00b/invocations"],
    ["bytes that are no UTF-8", "/2015-03-31/functions/%ff%fe/invocations"],
    ["broken encoding", "/2015-03-31/functions/%zz/invocations"],
    ["the way out of its files", "/_tulle/code/..%2f..%2fcredentials.json?Expires=9999999999999&Mac=0"],
    ["a prototype", "/2015-03-31/functions/__proto__"],
  ])("answers a path with %s with 403, and shows nothing", async (_what, path) => {
    const text = await exchange(
      mesh.session.urls.platform,
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(statusesOf(text)).toEqual([403]);
    expect(text).not.toMatch(/\/tmp|\.ts|at \w+ \(|AKIA/);
  });
});

describe("control", () => {
  const ask = (path: string, more: string) =>
    exchange(mesh.session.urls.control, `GET ${path} HTTP/1.1\r\nConnection: close\r\n${more}\r\n`);

  test("does not answer to another name, as after DNS rebinding", async () => {
    const token = `Authorization: Bearer ${mesh.session.operatorToken}\r\n`;
    for (const host of ["evil.example", "127.0.0.1.evil.example", "evil@127.0.0.1", "127.0.0.1/x", ""]) {
      const [status] = statusesOf(await ask("/v1/config", `Host: ${host}\r\n${token}`));
      expect([host, status! >= 400]).toEqual([host, true]);
    }
    expect(statusesOf(await ask("/v1/config", `Host: localhost\r\n${token}`))).toEqual([200]);
  });

  test.each([
    "/v1/snapshot?caller=back",
    "/v1/snapshot?caller=back&caller=asker",
    "/v1/snapshot",
    "/v1/config",
    "/v1/%63onfig",
    "/v1/snapshot/../config",
    "/v1/health/%2e%2e/config",
    "/v1/tokens",
    "/v1/edges",
  ])("gives a caller nothing of %s", async (path) => {
    const token = await mesh.session.tokenFor("asker");
    const [status] = statusesOf(await ask(path, `Host: localhost\r\nAuthorization: Bearer ${token}\r\n`));
    expect([403, 404]).toContain(status);
  });

  test("lets no caller keep others from hearing of a publish, nor fill its memory", async () => {
    const { session } = mesh;
    const token = await session.tokenFor("asker");
    const auth = `Host: localhost\r\nAuthorization: Bearer ${token}\r\n`;
    const beforeMb = residentMb("control");
    for (let i = 0; i < 300; i++) {
      dial(session.urls.control).write(`GET /v1/epoch?after=99&waitMs=30000 HTTP/1.1\r\n${auth}\r\n`);
      dial(session.urls.control).write(
        `POST /v1/reports HTTP/1.1\r\n${auth}Content-Length: 1000000\r\n\r\n{`,
      );
    }
    const refused = async () => statusesOf(await ask("/v1/epoch?after=99&waitMs=10", auth))[0];
    await expect.poll(refused, { timeout: 10_000 }).toBe(503);
    const waiting = session.control.epoch({ after: session.version(), waitMs: 20_000 });
    const version = await mesh.publish("shifted");
    expect(await waiting).toEqual({ version });
    await expect.poll(() => session.version(), { timeout: 10_000 }).toBe(version);
    await expect
      .poll(async () => (await mesh.ask("/back")).body.revision, { timeout: 10_000 })
      .toBe("canary");
    expect(residentMb("control") - beforeMb).toBeLessThan(250);
  });
});
