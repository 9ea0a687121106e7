import { connect } from "node:net";
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
