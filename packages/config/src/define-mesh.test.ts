import { type JsonValue, meshSchema } from "@tulle/core/model";
import { describe, expect, it } from "vitest";
import { defineMesh } from "./define-mesh.ts";
import { checkShape } from "./shape/check-shape.ts";

/** Uses every key that there is. */
const everything = defineMesh({
  version: 1,
  mesh: "fleet",
  mode: "observe",
  include: ["services/*/tulle.yaml"],
  policies: {
    timeouts: { interactive: { request: "3s", backendRequest: "800ms" } },
    retries: {
      safe: {
        attempts: 2,
        on: ["throttle", "timeout", "unavailable", "crash", "functionError"],
        backoff: { base: "25ms", max: "250ms" },
        budget: { percent: 20, minPerSecond: 3 },
      },
    },
    circuitBreakers: {
      standard: {
        scope: "fleet",
        failureRatio: 0.5,
        minimumThroughput: 20,
        samplingDuration: "1m30s",
        recoveryTimeout: "1h2m3s",
        functionErrors: "failure",
      },
    },
  },
  defaults: { timeouts: "interactive", retry: "safe", circuitBreaker: "standard", mode: "enforce" },
  services: {
    navigator: {
      mode: "off",
      backend: { function: "fleet-navigator", alias: "live" },
      revisions: [
        { name: "stable", alias: "stable", weight: 90 },
        { name: "canary", version: 7, weight: 10, local: { environment: { FAIL: "1" } } },
      ],
      stickiness: { payload: "robotId" },
      uses: ["maps"],
      allow: ["gateway/edge", "*"],
      timeouts: { request: "2s" },
      retry: { attempts: 0 },
      circuitBreaker: { scope: "off" },
      fallback: { service: "planner" },
      failover: ["planner"],
      idempotent: true,
      local: {
        handler: "src/handler.ts",
        entry: "handler",
        runtime: "nodejs24.x",
        timeout: "10s",
        memory: 256,
        environment: { LOG: "debug" },
        concurrency: 10,
      },
    },
    planner: {
      backend: { http: "https://planner.test/v1" },
      revisions: [{ name: "stable", url: "https://planner.test/v2" }],
      stickiness: "none",
      fallback: { value: { route: null } },
    },
    legacy: { backend: { function: "fleet-legacy", version: "$LATEST" } },
  },
  resources: {
    maps: { "s3.bucket": "fleet-maps", allow: ["navigator"] },
    robots: { "dynamodb.table": "t" },
    missions: { "sqs.queue": "q" },
    news: { "sns.topic": "t" },
    positions: { "kinesis.stream": "s" },
    assembly: { "states.machine": "m" },
    happenings: { "events.bus": "b" },
    token: { "secretsmanager.secret": "s" },
    setting: { "ssm.parameter": "/p" },
  },
  routes: [
    {
      service: "navigator",
      matches: [{ caller: "planner", constellation: "blue", context: { model: "mk2" } }],
      to: [{ revision: "canary", weight: 100 }],
      timeouts: "interactive",
    },
  ],
  constellations: {
    blue: {
      services: { navigator: "canary" },
      resources: { maps: "fleet-maps-blue" },
      fallThrough: "refuse",
    },
  },
  gateways: {
    edge: {
      maxBody: "1MiB",
      routes: [
        {
          match: { method: "POST", path: "/v1/routes" },
          to: "navigator",
          timeout: "5s",
          keyHeader: "x-robot-id",
        },
      ],
    },
  },
  telemetry: { tracing: { sampleRate: 0.05 } },
  environments: { prod: { services: { navigator: { idempotent: null } } } },
});

/** Keys of all objects of a schema, without those of patches. */
function* keysOf(value: JsonValue): Iterable<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (key.startsWith("patch-") || key === "environments") continue;
    if (key === "properties") yield* Object.keys(child as object);
    yield* keysOf(child as JsonValue);
  }
}

function* writtenKeys(value: unknown): Iterable<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (!Array.isArray(value)) yield key;
    yield* writtenKeys(child);
  }
}

describe("defineMesh", () => {
  it("has a type that the schema accepts, with every key that the schema has", () => {
    expect(checkShape(everything as unknown as JsonValue)).toEqual([]);
    const written = new Set(writtenKeys(everything));
    expect([...new Set(keysOf(meshSchema))].filter((key) => !written.has(key))).toEqual([]);
  });

  it("has a type that refuses what the schema refuses", () => {
    const wrong = [
      // @ts-expect-error a misspelt key
      defineMesh({ version: 1, mesh: "m", servces: {} }),
      // @ts-expect-error no duration
      defineMesh({ version: 1, mesh: "m", defaults: { timeouts: { request: "3 seconds" } } }),
      // @ts-expect-error an unknown value
      defineMesh({ version: 1, mesh: "m", mode: "strict" }),
      // @ts-expect-error no backend
      defineMesh({ version: 1, mesh: "m", services: { a: {} } }),
      // @ts-expect-error an unknown kind of resource
      defineMesh({ version: 1, mesh: "m", resources: { a: { "s3.table": "x" } } }),
    ];
    for (const mesh of wrong) expect(checkShape(mesh as unknown as JsonValue).length).toBeGreaterThan(0);
  });
});
