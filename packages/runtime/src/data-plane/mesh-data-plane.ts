/** The data plane itself: holds the newest view and the edges' states, and hands calls to the layers. */
import { emptyContext, type RequestContext } from "@tulle/core/context";
import type { Mode } from "@tulle/core/model";
import { decide, isAllowed } from "@tulle/core/routing";
import type { Snapshot } from "@tulle/core/snapshot";
import type { BreakerEvent } from "@tulle/core/telemetry";
import type { RequestScope } from "../invocation/request-state.ts";
import type { Reporter } from "../reports/reporter.ts";
import type { SnapshotSource } from "../snapshot-source/source.ts";
import type { CallOutcome, CallSpec, DataPlane, ResolvedTarget, RoutedService } from "./data-plane.ts";
import type { EdgeState } from "./edges.ts";
import type { DecisionSink, Engine, MeshHooks } from "./engine.ts";
import { runCall } from "./layers.ts";
import type { Ports } from "./ports.ts";
import { type RefusalCode, refusal } from "./refusal.ts";
import { createView, lower, primaryRevision, targetOf, type View } from "./view.ts";

export interface DataPlaneParts {
  readonly caller: string;
  readonly mode: Mode;
  readonly ports: Ports;
  readonly scope: RequestScope;
  readonly reporter: Reporter;
  readonly onDecision: DecisionSink | null;
  /** The platform's trace header for code that runs outside of an invocation that the mesh knows of. */
  readonly platformTrace: () => string | null;
}

export class MeshDataPlane implements DataPlane, Engine {
  readonly caller: string;
  readonly ports: Ports;
  readonly onDecision: DataPlaneParts["onDecision"];
  readonly edges: Map<string, EdgeState> = new Map();
  readonly hooks: MeshHooks[] = [];
  /** Set once, right after construction: the source hands its snapshots to `swap`. */
  source: SnapshotSource | null = null;
  view: View | null = null;
  readonly #mode: Mode;
  readonly #scope: RequestScope;
  readonly #reporter: Reporter;
  readonly #platformTrace: () => string | null;

  constructor(parts: DataPlaneParts) {
    this.caller = parts.caller;
    this.ports = parts.ports;
    this.onDecision = parts.onDecision;
    this.#mode = parts.mode;
    this.#scope = parts.scope;
    this.#reporter = parts.reporter;
    this.#platformTrace = parts.platformTrace;
  }

  get mode(): Mode {
    return this.view?.mode ?? this.#mode;
  }

  get isOff(): boolean {
    if (this.mode !== "off") return false;
    // What was published as off may be on again in what is on its way; the environment's word is final.
    return this.#mode === "off" || this.fresh() === null;
  }

  /** An invocation begins; with the kill switch on, that is no reason to read anything. */
  enter(epoch: number | null): void {
    if (this.#mode !== "off") this.source?.enter(epoch);
  }

  /** Takes a newer snapshot into use; calls under way keep what they were decided from. */
  swap(snapshot: Snapshot): void {
    this.view = createView(snapshot, this.caller, { mode: this.#mode, edges: this.edges });
    this.#reporter.version(snapshot.version);
  }

  fresh(): Promise<void> | null {
    return this.source?.fresh() ?? null;
  }

  lookup(name: string): RoutedService | undefined {
    return this.view?.names.get(name);
  }

  call<R>(spec: CallSpec<R>): Promise<CallOutcome<R>> {
    return runCall(this, spec);
  }

  resolve(name: string, key: string | null = null): ResolvedTarget | null {
    const { view } = this;
    if (view === null) return null;
    const { snapshot, services } = view.table;
    if (services.get(name) !== undefined) return this.#resolveService(view, name, key);
    // Any text may be asked for, `constructor` too.
    if (!Object.hasOwn(snapshot.resources, name)) return null;
    const resource = snapshot.resources[name]!;
    const enforced = view.mode === "enforce";
    if (enforced && !isAllowed(resource.allow, this.caller))
      throw refusal("TULLE2001", { caller: this.caller, service: name });
    const { constellation: label } = this.context();
    const known = label !== null && Object.hasOwn(snapshot.constellations, label);
    const constellation = known ? snapshot.constellations[label] : undefined;
    const override = constellation?.resources[name];
    if (enforced && override === undefined && constellation?.fallThrough === "refuse")
      throw refusal("TULLE2006", { caller: this.caller, service: name });
    return { kind: "resource", resource: resource.kind, physical: override ?? resource.physical };
  }

  context(): RequestContext {
    return this.#scope.current()?.context ?? emptyContext;
  }

  platformTrace(): string | null {
    return this.#scope.current()?.platformTrace ?? this.#platformTrace();
  }

  count(counter: string, by?: number): void {
    this.#reporter.count(counter, by);
  }

  touch(edge: EdgeState): void {
    this.#reporter.touch(edge);
  }

  event(event: BreakerEvent): void {
    this.#reporter.event(event);
  }

  async refresh(boundMs: number): Promise<void> {
    await this.source?.refresh(boundMs);
  }

  #resolveService(view: View, name: string, key: string | null): ResolvedTarget {
    const service = view.table.services.get(name)!;
    let revision = primaryRevision(service);
    if (lower(view.mode, service.mode) === "enforce") {
      const { clock, random } = this.ports;
      const context = { ...this.context(), deadlineMs: null };
      const decision = decide(view.table, view, { service: name, context, key }, clock(), random());
      if (decision.revision === null)
        throw refusal(decision.refusal as RefusalCode, { caller: this.caller, service: name });
      revision = decision.revision;
    }
    return { ...targetOf(service, revision), service: name, revision: revision.name };
  }
}
