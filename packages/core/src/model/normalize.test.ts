import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MeshFile, ServiceFile } from "./authored.ts";
import { DEFAULT_MAX_BODY_BYTES, normalizeMesh } from "./normalize.ts";
import { builtInPolicies } from "./normalize-policies.ts";
import { completeWeights, formatWeight } from "./normalize-weights.ts";

const backend = { function: "f", alias: "live" };

function normalizeOne(service: Partial<ServiceFile>, file: MeshFile = {}) {
  return normalizeMesh({ ...file, services: { a: { backend, ...service } } }).services["a"]!;
}

describe("normalizeMesh", () => {
  it("makes every default explicit", () => {
    expect(normalizeMesh({ version: 1, mesh: "m", services: { a: { backend } } })).toEqual({
      version: 1,
      mesh: "m",
      mode: "enforce",
      services: {
        a: {
          name: "a",
          mode: "enforce",
          backend: { kind: "function", functionName: "f" },
          revisions: [{ name: "stable", qualifier: "live", url: null, weight: 10_000, local: null }],
          stickiness: { kind: "request" },
          uses: [],
          allow: [],
          timeouts: { requestMs: 3_000, backendRequestMs: 1_000 },
          retry: {
            attempts: 2,
            on: ["throttle", "unavailable", "timeout"],
            backoff: { baseMs: 25, maxMs: 250 },
            budget: { percent: 20, minPerSecond: 3 },
          },
          circuitBreaker: {
            scope: "local",
            failureRatio: 0.5,
            minimumThroughput: 20,
            samplingDurationMs: 10_000,
            recoveryTimeoutMs: 10_000,
            functionErrors: "answer",
          },
          fallback: null,
          failover: [],
          idempotent: false,
          local: null,
        },
      },
      resources: {},
      routes: [],
      constellations: {},
      gateways: {},
    });
  });

  it("takes the mode from the service, else the defaults, else the mesh", () => {
    expect(normalizeOne({ mode: "off" }, { mode: "enforce", defaults: { mode: "observe" } }).mode).toBe(
      "off",
    );
    expect(normalizeOne({}, { mode: "enforce", defaults: { mode: "observe" } }).mode).toBe("observe");
    expect(normalizeOne({}, { mode: "observe" }).mode).toBe("observe");
  });

  it("gives a revision its own qualifier, else the backend's", () => {
    const { revisions } = normalizeOne({
      revisions: [{ name: "stable" }, { name: "canary", version: 7, weight: 12.5 }],
    });
    expect(revisions.map(({ qualifier, weight }) => [qualifier, weight])).toEqual([
      ["live", 8_750],
      ["7", 1_250],
    ]);
  });

  it("spells out HTTP backends, stickiness and fallbacks", () => {
    const service = normalizeOne({
      backend: { http: "https://x.test" },
      revisions: [{ name: "stable", url: "https://y.test" }],
      stickiness: { payload: "robotId" },
      fallback: { value: null },
    });
    expect(service.backend).toEqual({ kind: "http", url: "https://x.test" });
    expect(service.revisions[0]).toMatchObject({ qualifier: null, url: "https://y.test" });
    expect(service.stickiness).toEqual({ kind: "payload", field: "robotId" });
    expect(service.fallback).toEqual({ kind: "value", value: null });
    expect(normalizeOne({ fallback: { service: "b" } }).fallback).toEqual({ kind: "service", service: "b" });
  });

  it("spells out how a service is run locally, and what a revision changes about it", () => {
    const { local, revisions } = normalizeOne({
      local: { handler: "src/a.ts", timeout: "1m", environment: { A: "1" }, concurrency: 0 },
      revisions: [{ name: "stable", local: { environment: { B: "2" } } }],
    });
    const spelled = {
      handler: "src/a.ts",
      entry: "handler",
      runtime: "nodejs24.x",
      timeoutSeconds: 60,
      memoryMb: 128,
    };
    expect(local).toEqual({ ...spelled, environment: { A: "1" }, concurrency: 0 });
    expect(revisions[0]!.local).toEqual({ ...spelled, environment: { A: "1", B: "2" }, concurrency: 0 });
    expect(normalizeOne({ local: { handler: "dist" } }).local).toMatchObject({
      entry: "index.handler",
      timeoutSeconds: 3,
    });
  });

  it("spells out resources, routes, constellations and gateways", () => {
    const config = normalizeMesh({
      services: { a: { backend, timeouts: { request: "2s" } } },
      resources: { maps: { "s3.bucket": "fleet-maps" } },
      routes: [{ service: "a", to: [{ revision: "stable" }], timeouts: { backendRequest: "500ms" } }],
      constellations: { blue: { services: { a: "stable" } } },
      gateways: {
        edge: { routes: [{ match: { path: "/x" }, to: "a", timeout: "1s", keyHeader: "X-Robot" }] },
      },
    });
    expect(config.resources["maps"]).toEqual({
      name: "maps",
      kind: "s3.bucket",
      physical: "fleet-maps",
      allow: [],
    });
    expect(config.routes).toEqual([
      {
        service: "a",
        matches: [],
        to: [{ revision: "stable", weight: 10_000 }],
        timeouts: { requestMs: 2_000, backendRequestMs: 500 },
      },
    ]);
    expect(config.constellations["blue"]).toEqual({
      name: "blue",
      services: { a: "stable" },
      resources: {},
      fallThrough: "base",
    });
    expect(config.gateways["edge"]).toEqual({
      name: "edge",
      maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
      routes: [{ method: "ANY", path: "/x", to: "a", timeoutMs: 1_000, keyHeader: "x-robot" }],
    });
  });
});

describe("policies", () => {
  const file: MeshFile = {
    policies: { timeouts: { slow: { request: "10s" } }, retries: { none: { attempts: 0 } } },
    defaults: { timeouts: { request: "5s", backendRequest: "2s" }, circuitBreaker: { scope: "fleet" } },
  };

  it("takes what a service says inline, and the rest from the defaults", () => {
    const service = normalizeOne(
      { timeouts: { request: "4s" }, circuitBreaker: { failureRatio: 0.9 } },
      file,
    );
    expect(service.timeouts).toEqual({ requestMs: 4_000, backendRequestMs: 2_000 });
    expect(service.circuitBreaker).toMatchObject({ scope: "fleet", failureRatio: 0.9 });
  });

  it("completes a named policy with the built-in values", () => {
    const service = normalizeOne({ timeouts: "slow", retry: "none" }, file);
    expect(service.timeouts).toEqual({ requestMs: 10_000, backendRequestMs: 1_000 });
    expect(service.retry).toEqual({ ...builtInPolicies.retry, attempts: 0 });
  });

  it("never inherits an attempt that is longer than the call", () => {
    expect(normalizeOne({ timeouts: { request: "500ms" } }, file).timeouts.backendRequestMs).toBe(500);
  });

  it("leaves a policy that nobody declares to the analyzer, even one that every object has", () => {
    expect(normalizeOne({ timeouts: "constructor" }, file).timeouts.requestMs).toBe(5_000);
  });

  it("keeps zero where zero is written", () => {
    const retry = { attempts: 0, budget: { percent: 0, minPerSecond: 0 }, backoff: { base: "0s" as const } };
    expect(normalizeOne({ retry }).retry).toMatchObject({
      attempts: 0,
      budget: { percent: 0, minPerSecond: 0 },
      backoff: { baseMs: 0, maxMs: 250 },
    });
  });
});

describe("completeWeights", () => {
  it("gives the first open place what the others leave, and further ones nothing", () => {
    expect(completeWeights([undefined])).toEqual([10_000]);
    expect(completeWeights([undefined, 10])).toEqual([9_000, 1_000]);
    expect(completeWeights([undefined, undefined, 0.01])).toEqual([9_999, 0, 1]);
    expect(completeWeights([undefined, 120])).toEqual([0, 12_000]);
  });

  it("scales nothing", () => {
    expect(completeWeights([50, 40])).toEqual([5_000, 4_000]);
  });

  it("adds up to exactly 10,000 whenever the percentages add up to 100", () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (at) => {
        const bounds = [0, ...at.sort((a, b) => a - b), 10_000];
        const percents = bounds.slice(1).map((bound, index) => (bound - bounds[index]!) / 100);
        expect(completeWeights(percents).reduce((sum, weight) => sum + weight, 0)).toBe(10_000);
        expect(
          completeWeights([...percents.slice(1), undefined]).reduce((sum, weight) => sum + weight, 0),
        ).toBe(10_000);
      }),
    );
  });

  it("is written as percent", () => {
    expect(formatWeight(1_250)).toBe("12.5 %");
    expect(formatWeight(10_000)).toBe("100 %");
  });
});
