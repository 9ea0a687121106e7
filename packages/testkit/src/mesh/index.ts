/** Small meshes in normal form, for tests that need one: say what matters, the rest has plain values. */
import type { MeshConfig, ResourceConfig, RevisionConfig, ServiceConfig } from "@tulle/core/model";
import { compile, type Snapshot } from "@tulle/core/snapshot";

export function sampleService(name: string, changes: Partial<ServiceConfig> = {}): ServiceConfig {
  return {
    name,
    mode: "enforce",
    backend: { kind: "function", functionName: `fn-${name}` },
    revisions: [sampleRevision("stable")],
    stickiness: { kind: "request" },
    uses: [],
    allow: ["*"],
    timeouts: { requestMs: 3000, backendRequestMs: 1000 },
    retry: {
      attempts: 2,
      on: ["throttle", "timeout", "unavailable"],
      backoff: { baseMs: 25, maxMs: 250 },
      budget: { percent: 20, minPerSecond: 3 },
    },
    circuitBreaker: {
      scope: "local",
      failureRatio: 0.5,
      minimumThroughput: 4,
      samplingDurationMs: 10_000,
      recoveryTimeoutMs: 5000,
      functionErrors: "answer",
    },
    fallback: null,
    failover: [],
    idempotent: true,
    local: null,
    ...changes,
  };
}

export function sampleRevision(name: string, changes: Partial<RevisionConfig> = {}): RevisionConfig {
  return { name, qualifier: name, url: null, weight: 10_000, local: null, ...changes };
}

export function sampleResource(name: string, changes: Partial<ResourceConfig> = {}): ResourceConfig {
  return { name, kind: "dynamodb.table", physical: `table-${name}`, allow: ["*"], ...changes };
}

/** A mesh of the services and resources given; a service named in `uses` need not exist. */
export function sampleMesh(
  services: readonly ServiceConfig[],
  changes: Partial<Omit<MeshConfig, "services">> = {},
): MeshConfig {
  return {
    version: 1,
    mesh: "sample",
    mode: "enforce",
    services: Object.fromEntries(services.map((service) => [service.name, service])),
    resources: {},
    routes: [],
    constellations: {},
    gateways: {},
    ...changes,
  };
}

/** Compiles a sample with a digest that is good enough for tests: 128 bits, no crypto. */
export function sampleSnapshot(config: MeshConfig, version = 1): Snapshot {
  return compile(config, version, sampleDigest);
}

/** Four FNV-1a hashes with different starting values, as hex. */
export function sampleDigest(text: string): string {
  return [0x811c9dc5, 0x01234567, 0x89abcdef, 0xdeadbeef].map((start) => fnv(text, start)).join("");
}

function fnv(text: string, start: number): string {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
