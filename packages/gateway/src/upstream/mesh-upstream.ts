/** The runtime's mesh as the door's upstream: every call runs in a context that starts at the door. */
import { TulleError } from "@tulle/core/errors";
import type { Snapshot } from "@tulle/core/snapshot";
import type { Mesh } from "@tulle/runtime";
import type { DoorCall, Upstream } from "./upstream.ts";

/** The part of the mesh that a door uses. */
export type DoorMesh = Pick<Mesh, "call" | "within" | "snapshot">;

export function meshUpstream(mesh: DoorMesh, gatewayName: string): Upstream {
  return {
    gateway: () => mesh.snapshot()?.gateways[gatewayName] ?? null,
    requestTimeoutMs: (service) => requestTimeoutMs(mesh.snapshot(), service),
    invoke: (call) => invoke(mesh, call),
  };
}

/** The last rule is the one that matches everything. */
function requestTimeoutMs(snapshot: Snapshot | null, service: string): number | null {
  return snapshot?.services[service]?.rules.at(-1)?.timeouts.requestMs ?? null;
}

async function invoke(mesh: DoorMesh, call: DoorCall): Promise<Uint8Array> {
  const { service, deadlineMs, traceparent, key, constellation, signal } = call;
  const outcome = await mesh.within({ deadlineMs, traceparent, key, constellation }, () =>
    mesh.call(service, call.payload, { signal }),
  );
  if (outcome.kind === "failed") throw outcome.error;
  if (outcome.kind === "fallback") return Buffer.from(JSON.stringify(outcome.value));
  if (outcome.outcome !== "ok") throw refusalOf(service, outcome.outcome, outcome.response.body);
  return outcome.response.body.length === 0 ? Buffer.from("null") : outcome.response.body;
}

const MAX_CAUSE_CHARACTERS = 500;

/** What the callee or its platform answered, for the operator's log. */
function refusalOf(service: string, outcome: string, body: Buffer): TulleError {
  const code = outcome === "throttle" ? "TULLE2010" : outcome === "timeout" ? "TULLE2004" : "TULLE2009";
  const cause = new Error(body.toString("utf8", 0, MAX_CAUSE_CHARACTERS));
  return new TulleError(code, `"${service}" answered with ${outcome}`, {
    cause,
    context: { service, outcome },
  });
}
