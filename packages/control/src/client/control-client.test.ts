import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sampleMesh, sampleService } from "@tulle/testkit/mesh";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type RunningServer, startServer } from "../server/fixtures/running-server.ts";
import { type ControlClient, createControlClient } from "./control-client.ts";

let running: RunningServer;
let client: ControlClient;
beforeEach(async () => {
  running = await startServer();
  client = createControlClient({ url: running.server.url, token: running.control.operatorToken });
});
afterEach(() => running.close());

const config = sampleMesh([sampleService("dispatch")]);

describe("the client", () => {
  it("speaks every endpoint", async () => {
    expect(await client.health()).toEqual({ status: "ok", version: 0 });
    expect(await client.publish({ config, expectedVersion: 0, message: "first" })).toMatchObject({
      version: 1,
    });
    expect(await client.config()).toEqual(config);
    expect(await client.history()).toMatchObject([{ version: 1, message: "first" }]);
    const answer = await client.snapshot({ caller: "dispatch" });
    expect(answer?.snapshot).toMatchObject({ version: 1, scope: "dispatch" });
    expect(await client.snapshot({ caller: "dispatch", unless: answer!.etag })).toBeNull();
    expect(await client.epoch({ after: 0, waitMs: 1_000 })).toEqual({ version: 1 });
    await client.report({
      format: 1,
      caller: "dispatch",
      environmentId: "e",
      sequence: 1,
      snapshotVersion: 1,
      edges: [],
      events: [{ service: "navigator", revision: "v1", transition: "opened", atMs: 1 }],
      counters: {},
    });
    expect(await client.edges()).toHaveLength(1);
    expect(await client.breakers()).toMatchObject([{ open: 1 }]);
    expect(await client.environments()).toHaveLength(1);
    expect(await client.events({ after: 1 })).toMatchObject([{ kind: "breaker", sequence: 2 }]);
    const { token } = await client.issueToken("dispatch");
    const own = createControlClient({ url: running.server.url, token });
    expect((await own.snapshot({ caller: "dispatch" }))?.snapshot.version).toBe(1);
    await expect(own.config()).rejects.toMatchObject({ code: "TULLE4108" });
  });

  it("passes on what control refuses: conflict, findings, size and denial", async () => {
    await client.publish({ config });
    await expect(client.publish({ config, expectedVersion: 0 })).rejects.toMatchObject({
      code: "TULLE4101",
      context: { status: 409 },
    });
    await expect(client.publish({ config: { ...config, version: 2 as 1 } })).rejects.toMatchObject({
      code: "TULLE4102",
      cause: { findings: [{ path: ["version"] }] },
    });
    const huge = { ...config, padding: "x".repeat(17 * 1024 * 1024) };
    await expect(client.publish({ config: huge })).rejects.toMatchObject({ code: "TULLE4105" });
    const stranger = createControlClient({ url: running.server.url, token: "made-up" });
    await expect(stranger.edges()).rejects.toMatchObject({ code: "TULLE4107" });
  });

  it("says that nobody answers, and why", async () => {
    const { url } = running.server;
    running = await running.restart();
    await expect(client.health()).rejects.toMatchObject({
      code: "TULLE4115",
      message: `Control at ${url} did not answer: ECONNREFUSED.`,
    });
    const nowhere = createControlClient({ url: "not a url", token: "" });
    await expect(nowhere.health()).rejects.toMatchObject({ code: "TULLE4115" });
  });

  it("gives up on a control that hangs, and at once when it is told to", async () => {
    const url = await serve(() => undefined);
    const impatient = createControlClient({ url, token: "", timeoutMs: 20 });
    await expect(impatient.health()).rejects.toMatchObject({ code: "TULLE4115" });
    const controller = new AbortController();
    const stopped = createControlClient({ url, token: "", signal: controller.signal }).health();
    controller.abort(new Error("stopped"));
    await expect(stopped).rejects.toThrow("stopped");
  });

  it.each([
    ["a page", 200, "<html></html>"],
    ["an error page", 500, "<html></html>"],
    ["an error of its own", 404, '{"error":"not found"}'],
    ["a code of a later version", 409, '{"error":{"code":"TULLE4999","message":"New."}}'],
  ])("says that something else answered with %s", async (_, status, body) => {
    const url = await serve((respond) => respond(status, body));
    const other = createControlClient({ url, token: "" });
    await expect(other.health()).rejects.toMatchObject({ code: "TULLE4116" });
  });
});

async function serve(answer: (respond: (status: number, body: string) => void) => void): Promise<string> {
  const server = createServer((_, response) =>
    answer((status, body) => response.writeHead(status).end(body)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
