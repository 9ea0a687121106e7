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
import type { Snapshot } from "@tulle/core/snapshot";
import type { CallTarget, RoutedService } from "./data-plane.ts";
import { type EdgeState, newEdgeState } from "./edges.ts";

export interface View extends LocalState {
  readonly table: RoutingTable;
  readonly mode: Mode;
  readonly plans: (AdmissionPlan | undefined)[];
  /** By edge number; a missing one has not been used yet. */
  readonly states: (EdgeState | undefined)[];
  /**
   * Logical and, where unambiguous, physical function name to the service. Services that are off are missing.
   */
  readonly names: ReadonlyMap<string, RoutedService>;
}

/** Prepares a snapshot; states of edges that it shares with an earlier one are carried over. */
export function createView(
  snapshot: Snapshot,
  caller: string,
  { mode, edges }: { readonly mode: Mode; readonly edges: ReadonlyMap<string, EdgeState> },
): View {
  const table = prepareTable(snapshot, caller);
  const effective = lower(mode, snapshot.mode);
  const view: View = { table, mode: effective, plans: [], states: [], names: namesOf(table, effective) };
  for (const state of edges.values()) state.index = -1;
  for (const edge of table.edges) {
    const state = edges.get(edge.key);
    if (state !== undefined) state.index = edge.index;
    view.plans.push(state?.breaker.plan);
    view.states.push(state);
  }
  return view;
}

/** The edge's state, made at its first use. */
export function edgeStateOf(edges: Map<string, EdgeState>, view: View, edge: Edge): EdgeState {
  let state = view.states[edge.index] ?? edges.get(edge.key);
  if (state === undefined) {
    state = newEdgeState(edge);
    edges.set(edge.key, state);
  }
  if (edge.index >= 0) view.states[edge.index] = state;
  return state;
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

function namesOf(table: RoutingTable, mode: Mode): ReadonlyMap<string, RoutedService> {
  const names = new Map<string, RoutedService>();
  const physical = new Map<string, RoutedService | null>();
  for (const service of table.services.values()) {
    const effective = lower(mode, service.mode);
    if (effective === "off") continue;
    const { backend } = service.snapshot;
    const routed = { name: service.name, mode: effective, backend: backend.kind };
    names.set(service.name, routed);
    if (backend.kind !== "function") continue;
    physical.set(backend.functionName, physical.has(backend.functionName) ? null : routed);
  }
  for (const [name, routed] of physical) {
    if (routed !== null && !table.services.has(name)) names.set(name, routed);
  }
  return names;
}
