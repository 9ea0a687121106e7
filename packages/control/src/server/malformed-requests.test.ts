import { connect } from "node:net";
import type { Snapshot } from "@tulle/core/snapshot";
import { sampleMesh, sampleService } from "@tulle/testkit/mesh";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectError } from "./fixtures/expect-error.ts";
import {
  ask,
  type Reply,
  type RequestOptions,
  type RunningServer,
  startServer,
} from "./fixtures/running-server.ts";

let running: RunningServer;
beforeEach(async () => {
  running = await startServer();
});
afterEach(() => running.close());

const get = (path: string, options: RequestOptions = {}): Promise<Reply> =>
  ask(`${running.server.url}${path}`, { token: running.control.operatorToken, ...options });

describe("what is no proper request", () => {
  it("is refused when its body is not JSON in UTF-8", async () => {
    for (const body of ["", "{", "not json", Buffer.from([0x22, 0xff, 0x22])]) {
      expectError(await get("/v1/reports", { method: "POST", body }), 400, "TULLE4104");
    }
  });

  it("is refused when its body is too large, whether it says so or not", async () => {
    const body = JSON.stringify({ padding: "x".repeat(1024 * 1024) });
    expectError(await get("/v1/reports", { body }), 413, "TULLE4105");
    expectError(
      await get("/v1/reports", { body, headers: { "transfer-encoding": "chunked" } }),
      413,
      "TULLE4105",
    );
    expect((await get("/v1/health")).status).toBe(200);
  });

  it("is refused when it names another host, as after DNS rebinding", async () => {
    const { port } = new URL(running.server.url);
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1.evil.example",
      "localhost.evil",
      "[::2]",
    ]) {
      expectError(await get("/v1/health", { headers: { host } }), 403, "TULLE4109");
    }
    for (const host of [`localhost:${port}`, "LOCALHOST", "127.0.0.1", `[::1]:${port}`]) {
      expect((await get("/v1/health", { headers: { host } })).status, host).toBe(200);
    }
  });

  it("is refused when there is no such endpoint, or not by that method", async () => {
    expectError(await get("/v1/nothing"), 404, "TULLE4112");
    expectError(await get("/v1/edges", { method: "DELETE" }), 404, "TULLE4112");
    expectError(await get("/v1/%2e%2e/%00"), 404, "TULLE4112");
  });

  it("names a caller that nobody is, and gets a snapshot without anything", async () => {
    await running.control.publish({ config: sampleMesh([sampleService("a")]) });
    for (const caller of ["nobody", "__proto__", "constructor", "gateway/__proto__"]) {
      const { status, json } = await get(`/v1/snapshot?caller=${caller}`);
      expect([caller, status, (json as Snapshot).services]).toEqual([caller, 200, {}]);
    }
  });

  it("is no fault of control's when its client goes away in the middle of it", async () => {
    const { port } = new URL(running.server.url);
    const socket = connect(Number(port), "127.0.0.1");
    const token = `Authorization: Bearer ${running.control.operatorToken}\r\n`;
    socket.write(`POST /v1/reports HTTP/1.1\r\nHost: localhost\r\n${token}Content-Length: 50\r\n\r\n{`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await get("/v1/health")).status).toBe(200);
    expect(running.log).toEqual([]);
  });

  it("does no harm when it is not HTTP, or breaks off", async () => {
    const { port } = new URL(running.server.url);
    for (const text of [
      "\x16\x03\x01 not http\r\n\r\n",
      "POST /v1/reports HTTP/1.1\r\nContent-Length: 50\r\n\r\n{",
    ]) {
      const socket = connect(Number(port), "127.0.0.1");
      await new Promise((resolve) =>
        socket.on("error", resolve).write(text, () => resolve(socket.destroy())),
      );
    }
    expect((await get("/v1/health")).status).toBe(200);
  });
});
