/**
 * One snapshot, ready to be decided from: the routing table, the admission plans by edge number, and the
 * names that code outside the mesh's vocabulary uses. A call takes the view when it starts and keeps it, so a
 * new snapshot is swapped in between two calls and never inside one.
 */
import type { AdmissionPlan } from "@tulle/core/admission";
import type { Mode } from "@tulle/core/model";
import {
  type Edge,
  type LocalState,
  type PreparedRevision,
  type PreparedService,
  prepareTable,
  type RoutingTable,
} from "@tulle/core/routing";
import type { ServiceSnapshot, Snapshot } from "@tulle/core/snapshot";
import type { CallTarget, RoutedService } from "./data-plane.ts";
import { type EdgeState, newEdgeState } from "./edges.ts";

export interface View extends LocalState {
  readonly table: RoutingTable;
  readonly mode: Mode;
  readonly plans: (AdmissionPlan | undefined)[];
  /** By edge number; a missing one has not been used yet. */
  readonly states: (EdgeState | undefined)[];
  readonly targets: (CallTarget | undefined)[];
  /**
   * Logical and, where unambiguous, physical function name to the service. Services that are off are missing.
   */
  readonly names: Names;
}

/** Prepares a snapshot; states of edges that it shares with an earlier one are carried over. */
export function createView(
  snapshot: Snapshot,
  caller: string,
  { mode, edges }: { readonly mode: Mode; readonly edges: ReadonlyMap<string, EdgeState> },
): View {
  const table = prepareTable(snapshot, caller);
  const effective = lower(mode, snapshot.mode);
  const names = new Names(snapshot, effective);
  const view: View = { table, mode: effective, plans: [], states: [], targets: [], names };
  for (const state of edges.values()) {
    const { revisions } = table.services.get(state.service) ?? { revisions: [] };
    const edge = revisions.find(({ name }) => name === state.revision)?.edge;
    state.index = edge?.index ?? -1;
    if (edge === undefined) continue;
    view.plans[edge.index] = state.breaker.plan;
    view.states[edge.index] = state;
  }
  return view;
}

/** The edge's state, made at its first use. */
export function edgeStateOf(edges: Map<string, EdgeState>, view: View, edge: Edge): EdgeState {
  const known = view.states[edge.index];
  if (known !== undefined) return known;
  let state = edges.get(edge.key);
  if (state === undefined) {
    state = newEdgeState(edge);
    edges.set(edge.key, state);
  }
  if (edge.index >= 0) view.states[edge.index] = state;
  return state;
}

/** The edge's target, made at its first use. */
export function targetInView(view: View, service: PreparedService, revision: PreparedRevision): CallTarget {
  const { index } = revision.edge;
  let target = view.targets[index];
  if (target === undefined) {
    target = targetOf(service, revision);
    view.targets[index] = target;
  }
  return target;
}

/** Of two modes the one in which the mesh does less. */
export function lower(a: Mode, b: Mode): Mode {
  if (a === "off" || b === "off") return "off";
  return a === "observe" || b === "observe" ? "observe" : "enforce";
}

export function targetOf(service: PreparedService, revision: PreparedRevision): CallTarget {
  const { backend } = service.snapshot;
  return backend.kind === "http"
    ? { kind: "http", url: revision.url ?? backend.url }
    : { kind: "function", functionName: backend.functionName, qualifier: revision.qualifier };
}

/** The revision that most unmatched traffic goes to: where a call goes when the mesh keeps out of it. */
export function primaryRevision(service: PreparedService): PreparedRevision {
  const { members, bounds, only } = service.rules[service.rules.length - 1]!;
  if (only >= 0) return service.revisions[only]!;
  let heaviest = 0;
  const weight = (i: number): number => bounds[i]! - (bounds[i - 1] ?? 0);
  for (let i = 1; i < members.length; i++) if (weight(i) > weight(heaviest)) heaviest = i;
  return service.revisions[members[heaviest]!]!;
}

/** Which service a name stands for, found out when the name is first asked for. */
class Names {
  readonly #services: Snapshot["services"];
  readonly #mode: Mode;
  readonly #routed = new Map<string, RoutedService>();
  /** Physical function name to logical name; null where several share a function. */
  #physical: ReadonlyMap<string, string | null> | null = null;

  constructor({ services }: Snapshot, mode: Mode) {
    this.#services = services;
    this.#mode = mode;
  }

  get(asked: string): RoutedService | undefined {
    return this.#routed.get(asked) ?? this.#find(asked);
  }

  #find(asked: string): RoutedService | undefined {
    this.#physical ??= this.#indexPhysical();
    const name = Object.hasOwn(this.#services, asked) ? asked : this.#physical.get(asked);
    if (name === undefined || name === null) return undefined;
    const service = this.#services[name]!;
    const mode = this.#modeOf(service);
    if (mode === "off") return undefined;
    const routed = { name, mode, backend: service.backend.kind };
    this.#routed.set(asked, routed);
    return routed;
  }

  #indexPhysical(): ReadonlyMap<string, string | null> {
    const physical = new Map<string, string | null>();
    for (const name in this.#services) {
      const service = this.#services[name]!;
      const { backend } = service;
      if (backend.kind !== "function" || this.#modeOf(service) === "off") continue;
      physical.set(backend.functionName, physical.has(backend.functionName) ? null : name);
    }
    return physical;
  }

  #modeOf({ mode }: ServiceSnapshot): Mode {
    return lower(this.#mode, mode);
  }
}
