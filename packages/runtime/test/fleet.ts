/** A small mesh for tests: its configuration, its snapshot, and a data plane that reads it from memory. */
import { createHash } from "node:crypto";
import type { Fallback, Mode, ResourceKind } from "@tulle/core/model";
import type { ServiceSnapshot, Snapshot } from "@tulle/core/snapshot";
import { createMesh } from "../src/mesh/create-mesh.ts";
import type { Mesh } from "../src/mesh/mesh.ts";

export const physicalNames: Readonly<
  Record<string, { readonly kind: ResourceKind; readonly physical: string }>
> = {
  robots: { kind: "dynamodb.table", physical: "fleet-robots-3" },
  jobs: { kind: "sqs.queue", physical: "https://sqs.eu-west-1.amazonaws.com/123456789012/fleet-jobs" },
  alerts: { kind: "sns.topic", physical: "arn:aws:sns:eu-west-1:123456789012:fleet-alerts" },
  maps: { kind: "s3.bucket", physical: "fleet-maps-eu" },
  positions: { kind: "kinesis.stream", physical: "fleet-positions" },
  mission: {
    kind: "states.machine",
    physical: "arn:aws:states:eu-west-1:123456789012:stateMachine:fleet-mission",
  },
  events: { kind: "events.bus", physical: "fleet-events" },
  password: { kind: "secretsmanager.secret", physical: "fleet/password-9" },
  limit: { kind: "ssm.parameter", physical: "/fleet/limit" },
};

export interface FleetOptions {
  readonly mode?: Mode;
  readonly fallback?: Fallback | null;
  readonly attempts?: number;
  readonly requestMs?: number;
  readonly backendRequestMs?: number;
  readonly allow?: readonly string[];
  readonly resourcesAllow?: readonly string[];
  readonly minimumThroughput?: number;
}

export function fleetSnapshot(options: FleetOptions = {}): Snapshot {
  const { mode = "enforce", resourcesAllow = ["dispatch"] } = options;
  return {
    format: 1,
    mesh: "fleet",
    version: 1,
    hash: createHash("sha256").update(JSON.stringify(options)).digest("hex"),
    scope: "dispatch",
    uses: { dispatch: ["navigator", ...Object.keys(physicalNames)] },
    mode,
    services: { navigator: navigator(mode, options) },
    resources: Object.fromEntries(
      Object.entries(physicalNames).map(([name, resource]) => [name, { ...resource, allow: resourcesAllow }]),
    ),
    constellations: {},
    gateways: {},
  };
}

function navigator(mode: Mode, options: FleetOptions): ServiceSnapshot {
  return {
    mode,
    backend: { kind: "function", functionName: "fleet-navigator" },
    revisions: [{ name: "r7", qualifier: "7", url: null }],
    rules: [
      {
        matches: [],
        split: [{ revision: 0, weight: 10_000 }],
        salt: "s",
        timeouts: {
          requestMs: options.requestMs ?? 5000,
          backendRequestMs: options.backendRequestMs ?? 2000,
        },
      },
    ],
    allow: options.allow ?? ["dispatch"],
    stickiness: { kind: "none" },
    retry: {
      attempts: options.attempts ?? 0,
      on: ["throttle", "timeout", "unavailable"],
      backoff: { baseMs: 1, maxMs: 2 },
      budget: { percent: 100, minPerSecond: 100 },
    },
    circuitBreaker: {
      scope: "local",
      failureRatio: 0.5,
      minimumThroughput: options.minimumThroughput ?? 1000,
      samplingDurationMs: 10_000,
      recoveryTimeoutMs: 60_000,
      functionErrors: "answer",
    },
    fallback: options.fallback ?? null,
    failover: [],
    idempotent: true,
  };
}

/** A mesh of the caller `dispatch` that has its snapshot. */
export async function fleetMesh(options: FleetOptions = {}): Promise<Mesh> {
  const snapshot = fleetSnapshot(options);
  const mesh = createMesh({
    service: "dispatch",
    environment: {},
    fetchSnapshot: async () => ({ kind: "snapshot", snapshot, tag: null }),
    sendReport: null,
  });
  await mesh.ready();
  return mesh;
}
