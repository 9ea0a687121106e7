import { request as httpRequest } from "node:http";
import { gunzipSync } from "node:zlib";
import { sampleMesh, sampleService } from "@tulle/testkit/mesh";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { expectError } from "./fixtures/expect-error.ts";
import {
  ask,
  type Reply,
  type RequestOptions,
  type RunningServer,
  startServer,
} from "./fixtures/running-server.ts";
import { createControlServer } from "./server.ts";

vi.setConfig({ testTimeout: 30_000 });

let running: RunningServer;
let operator: string;
beforeEach(async () => {
  running = await startServer(2);
  operator = running.control.operatorToken;
});
afterEach(() => running.close());

const get = (path: string, options: RequestOptions = {}): Promise<Reply> =>
  ask(`${running.server.url}${path}`, { token: operator, ...options });

const config = (revision = "v1") =>
  sampleMesh([
    sampleService("dispatch", { uses: ["navigator"] }),
    sampleService("navigator", { backend: { kind: "function", functionName: `fn-${revision}` } }),
  ]);

const publish = (revision = "v1", more: object = {}) =>
  get("/v1/snapshots", { body: { config: config(revision), ...more } });

const report = (sequence: number, caller = "dispatch") => ({
  format: 1,
  caller,
  environmentId: "env-1",
  sequence,
  snapshotVersion: 1,
  edges: [
    {
      service: "navigator",
      revision: "v1",
      outcomes: { ok: 10 },
      refusals: {},
      fallbacks: 0,
      retries: 0,
      latency: { 90: 10 },
    },
  ],
  events: [{ service: "navigator", revision: "v1", transition: "opened", atMs: 5 }],
  counters: {},
});

describe("before the first publish", () => {
  it("tells its health to anyone", async () => {
    const reply = await get("/v1/health", { token: "" });
    expect([reply.status, reply.json]).toEqual([200, { status: "ok", version: 0 }]);
  });

  it("has no snapshot and no configuration, and an empty history", async () => {
    expectError(await get("/v1/snapshot"), 404, "TULLE4103");
    expectError(await get("/v1/config"), 404, "TULLE4103");
    expect((await get("/v1/snapshots")).json).toEqual([]);
  });
});

describe("publishing", () => {
  it("answers 201 with version and hash, and says when nothing changed", async () => {
    const first = await publish("v1", { expectedVersion: 0, message: "hello" });
    expect([first.status, first.json]).toEqual([
      201,
      { version: 1, hash: expect.any(String), changed: true },
    ]);
    expect((await publish("v1")).json).toMatchObject({ version: 1, changed: false });
    expect((await get("/v1/config")).json).toEqual(config());
    expect((await get("/v1/snapshots")).json).toMatchObject([{ version: 1, message: "hello" }]);
    expect((await get("/v1/events?after=0")).json).toMatchObject([
      { sequence: 1, kind: "publish", version: 1 },
    ]);
  });

  it("lets exactly one of two that race win, and tells the other", async () => {
    const replies = await Promise.all(["a", "b"].map((name) => publish(name, { expectedVersion: 0 })));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
    expectError(replies.find(({ status }) => status === 409)!, 409, "TULLE4101");
    expectError(await publish("c", { expectedVersion: 0 }), 409, "TULLE4101");
  });

  it("refuses a configuration that is none, says where it is wrong, and keeps what was there", async () => {
    await publish();
    const bad = { ...config(), services: { dispatch: { ...config().services["dispatch"], revisions: 3 } } };
    const reply = await get("/v1/snapshots", { body: { config: bad } });
    expectError(reply, 422, "TULLE4102");
    expect(reply.json).toMatchObject({
      error: { details: { findings: [{ path: ["services", "dispatch", "revisions"] }] } },
    });
    for (const body of [{}, { config: null }, { config: [] }]) {
      expectError(await get("/v1/snapshots", { body }), 422, "TULLE4102");
    }
    for (const body of [[], { config: config(), expectedVersion: -1 }, { config: config(), message: 5 }]) {
      expectError(await get("/v1/snapshots", { body }), 400, "TULLE4106");
    }
    expect((await get("/v1/config")).json).toEqual(config());
  });
});

describe("a snapshot", () => {
  it("comes scoped to its caller, with a tag, and as 304 to who has it", async () => {
    await publish();
    const scoped = await get("/v1/snapshot?caller=dispatch");
    expect(scoped.json).toMatchObject({ version: 1, scope: "dispatch", services: { navigator: {} } });
    expect(Object.keys((scoped.json as { services: object }).services)).toEqual(["navigator"]);
    const { hash } = scoped.json as { hash: string };
    const etag = scoped.headers.etag!;
    expect(etag).toBe(`"1-${hash}"`);
    for (const tag of [etag, `W/${etag}`, `"0-x", ${etag}`, "*"]) {
      const again = await get("/v1/snapshot?caller=dispatch", { headers: { "if-none-match": tag } });
      expect([again.status, again.bytes.length, again.headers.etag]).toEqual([304, 0, etag]);
    }
    await publish("v2");
    const changed = await get("/v1/snapshot?caller=dispatch", { headers: { "if-none-match": etag } });
    expect([changed.status, (changed.json as { version: number }).version]).toEqual([200, 2]);
  });

  it("comes compressed only to who takes that", async () => {
    await publish();
    const plain = await get("/v1/snapshot");
    for (const accept of ["gzip", "br, GZIP;q=0.5, *;q=0"]) {
      const reply = await get("/v1/snapshot", { headers: { "accept-encoding": accept } });
      expect(reply.headers["content-encoding"]).toBe("gzip");
      expect(gunzipSync(reply.bytes).equals(plain.bytes)).toBe(true);
    }
    const refused = await get("/v1/snapshot", { headers: { "accept-encoding": "gzip;q=0" } });
    expect(refused.headers["content-encoding"]).toBeUndefined();
  });
});

describe("tokens", () => {
  it("of a caller read its snapshot, wait for versions and report its edges, and nothing else", async () => {
    await publish();
    const issued = await get("/v1/tokens", { body: { caller: "dispatch" } });
    expect(issued.status).toBe(201);
    const { token } = issued.json as { token: string };
    expect((await get("/v1/snapshot?caller=dispatch", { token })).status).toBe(200);
    expect((await get("/v1/epoch?after=0", { token })).json).toEqual({ version: 1 });
    expect((await get("/v1/reports", { token, body: report(1) })).status).toBe(202);

    const denied = [
      "/v1/snapshot",
      "/v1/snapshot?caller=navigator",
      "/v1/config",
      "/v1/snapshots",
      "/v1/edges",
    ];
    for (const path of [...denied, "/v1/breakers", "/v1/events", "/v1/environments", "/v1/nothing"]) {
      expectError(await get(path, { token }), 403, "TULLE4108");
    }
    expectError(await get("/v1/reports", { token, body: report(2, "navigator") }), 403, "TULLE4108");
    expectError(await get("/v1/snapshots", { token, body: { config: config("x") } }), 403, "TULLE4108");
    expectError(await get("/v1/tokens", { token, body: { caller: "navigator" } }), 403, "TULLE4108");
    expect(running.control.version()).toBe(1);
  });

  it("that are missing, mangled or made up open nothing", async () => {
    for (const authorization of [
      undefined,
      "",
      "Bearer",
      `Basic ${operator}`,
      `Bearer ${operator}x`,
      "Bearer a.b",
    ]) {
      const headers = authorization === undefined ? {} : { authorization };
      expectError(await ask(`${running.server.url}/v1/edges`, { headers }), 401, "TULLE4107");
    }
  });

  it("are issued to names that a caller can have", async () => {
    for (const body of [{}, { caller: 1 }, { caller: "" }, { caller: "Not A Name" }, null]) {
      expectError(await get("/v1/tokens", { body }), 400, "TULLE4106");
    }
  });
});

describe("waiting for a version", () => {
  it("ends at once when one is published", async () => {
    const waiting = get("/v1/epoch?after=0&waitMs=30000");
    await vi.waitFor(() => expect(running.control.waiting()).toBe(1));
    await publish();
    expect((await waiting).json).toEqual({ version: 1 });
  });

  it("ends after the wait, with the old version", async () => {
    expect((await get("/v1/epoch?after=7&waitMs=20")).json).toEqual({ version: 0 });
  });

  it("is given up when the client goes away, and bounded", async () => {
    const waiting = [1, 2].map(() =>
      httpRequest(`${running.server.url}/v1/epoch?after=0&waitMs=30000`, {
        headers: { authorization: `Bearer ${operator}` },
        agent: false,
      }),
    );
    for (const request of waiting) request.on("error", () => undefined).end();
    await vi.waitFor(() => expect(running.control.waiting()).toBe(2));
    expectError(await get("/v1/epoch?after=0&waitMs=30000"), 503, "TULLE4111");
    for (const request of waiting) request.destroy();
    await vi.waitFor(() => expect(running.control.waiting()).toBe(0));
  });

  it("does not hold up closing", async () => {
    const waiting = get("/v1/epoch?after=0&waitMs=30000");
    await vi.waitFor(() => expect(running.control.waiting()).toBe(1));
    running = await running.restart();
    expect((await waiting).json).toEqual({ version: 0 });
  });

  it("is refused for numbers that are none", async () => {
    for (const query of [
      "after=x",
      "after=-1",
      "after=1.5",
      "after=0&waitMs=1e9",
      "after=99999999999999999999",
    ]) {
      expectError(await get(`/v1/epoch?${query}`), 400, "TULLE4106");
    }
  });
});

describe("reports", () => {
  it("show up under edges, breakers, environments and events, and survive a restart", async () => {
    await publish();
    for (const sequence of [1, 2, 2]) await get("/v1/reports", { body: report(sequence) });
    const edges = (await get("/v1/edges")).json;
    expect(edges).toMatchObject([
      { caller: "dispatch", service: "navigator", revision: "v1", outcomes: { ok: 20 } },
    ]);
    expect((await get("/v1/breakers")).json).toMatchObject([{ environments: 1, open: 1, openedIn: 1 }]);
    expect((await get("/v1/environments")).json).toMatchObject([{ environmentId: "env-1", state: "SYNCED" }]);
    expect((await get("/v1/events?after=1")).json).toMatchObject([{ kind: "breaker" }, { kind: "breaker" }]);
    running = await running.restart();
    expect((await get("/v1/edges")).json).toEqual(edges);
    expect((await get("/v1/snapshots")).json).toMatchObject([{ version: 1 }]);
    expect((await get("/v1/snapshot?caller=dispatch")).json).toMatchObject({ version: 1 });
  });

  it("that are malformed are refused and change nothing", async () => {
    for (const body of [{}, { ...report(1), edges: "many" }, { ...report(1), sequence: "1" }]) {
      expectError(await get("/v1/reports", { body }), 422, "TULLE4110");
    }
    expect((await get("/v1/edges")).json).toEqual([]);
  });

  it("come in by the thousand", async () => {
    for (let batch = 0; batch < 20; batch++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => get("/v1/reports", { body: report(batch * 50 + i + 1) })),
      );
    }
    expect((await get("/v1/edges")).json).toMatchObject([{ outcomes: { ok: 10_000 } }]);
  });
});

it("refuses a port that is taken, and leaves who has it alone", async () => {
  const port = Number(new URL(running.server.url).port);
  await expect(createControlServer({ control: running.control, port })).rejects.toMatchObject({
    code: "TULLE4114",
  });
  expect((await get("/v1/health")).status).toBe(200);
});

it("closes, and says what it could not keep, when the store fails at the end", async () => {
  const control = { ...running.control, close: () => Promise.reject(new Error("no disk")) };
  const log: string[] = [];
  const server = await createControlServer({ control, port: 0, log: (line) => log.push(line) });
  await server.close();
  expect(log).toEqual(["tulle control: no disk"]);
});
