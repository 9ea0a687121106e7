/** A mesh with real servers around it, for one caller. */
import type { DecisionRecord } from "@tulle/core/routing";
import type { Snapshot } from "@tulle/core/snapshot";
import { createMesh, type MeshOptions } from "../mesh/create-mesh.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { type ControlStandIn, type LambdaStandIn, startControl, startLambda, TEST_KEYS } from "./loopback.ts";

export interface Bed {
  readonly control: ControlStandIn;
  readonly lambda: LambdaStandIn;
  readonly mesh: Mesh;
  readonly decisions: DecisionRecord[];
  readonly warnings: Readonly<Record<string, unknown>>[];
  /** Added to the wall clock: set it and the clock has jumped. */
  readonly clock: { offsetMs: number };
  /** Another mesh on the same servers. */
  another(service: string, options?: MeshOptions): Mesh;
  close(): Promise<void>;
}

export interface BedOptions {
  readonly snapshot: Snapshot | null;
  readonly reply?: LambdaStandIn["reply"];
  readonly caller?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly options?: MeshOptions;
}

export async function startBed(setup: BedOptions): Promise<Bed> {
  const control = await startControl(setup.snapshot);
  const lambda = await startLambda(setup.reply ?? (({ payload }) => ({ kind: "answer", value: payload })));
  const decisions: DecisionRecord[] = [];
  const warnings: Readonly<Record<string, unknown>>[] = [];
  const clock = { offsetMs: 0 };
  const another = (service: string, options: MeshOptions = {}): Mesh =>
    createMesh({
      service,
      control: control.url,
      token: "token-of-caller",
      environment: { AWS_ENDPOINT_URL_LAMBDA: lambda.url, ...TEST_KEYS, ...setup.environment },
      onDecision: (record) => decisions.push(record),
      ...setup.options,
      ...options,
      ports: {
        clock: () => Date.now() + clock.offsetMs,
        warn: (line) => warnings.push(line),
        ...setup.options?.ports,
        ...options.ports,
      },
    });
  return {
    control,
    lambda,
    decisions,
    warnings,
    clock,
    another,
    mesh: another(setup.caller ?? "dispatch"),
    close: async () => void (await Promise.all([control.stop(), lambda.stop()])),
  };
}
