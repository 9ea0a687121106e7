/** What the data planes report, put together: edges, breakers, environments and events. */
import type { Clock } from "@tulle/core/ports";
import type { Store } from "@tulle/core/store";
import type { DataPlaneReport } from "@tulle/core/telemetry";
import type { BreakerAnswer, ControlEvent, EdgeAnswer, EnvironmentAnswer } from "../api/answers.ts";
import { countersOf, describeEdge, type EdgeName, edgeKey } from "./edge-counters.ts";
import { openEdgeLedger } from "./edge-ledger.ts";
import { circuitAt, type Environment, Environments, noteCounters, noteTransition } from "./environments.ts";
import { type NewEvent, openEventLog } from "./event-log.ts";

export interface Fleet {
  /** Counts a report that has been checked; one that was counted before is dropped. */
  accept(report: DataPlaneReport): void;
  note(event: NewEvent): void;
  edges(): readonly EdgeAnswer[];
  breakers(): readonly BreakerAnswer[];
  events(after: number): readonly ControlEvent[];
  environments(newestVersion: number): readonly EnvironmentAnswer[];
  rollUp(): Promise<void>;
}

/** Stands for the revision of calls that were refused before one was chosen; nothing of it can break. */
const UNROUTED = "-";

/** Takes up what the store has of an earlier run. */
export async function openFleet(store: Store, nowMs: Clock): Promise<Fleet> {
  const ledger = await openEdgeLedger(store);
  const log = await openEventLog(store);
  const environments = new Environments();

  function acceptEvents(report: DataPlaneReport, environment: Environment): void {
    const { caller, environmentId } = report;
    for (const event of report.events) {
      const name: EdgeName = { caller, service: event.service, revision: event.revision };
      if (!ledger.add(name, new Map())) continue;
      if (noteTransition(environment, edgeKey(name), event)) ledger.add(name, new Map([["openedIn", 1]]));
      const { service, revision, transition, atMs } = event;
      log.append({ kind: "breaker", caller, environmentId, service, revision, transition, atMs });
    }
  }

  return {
    accept(report) {
      const environment = environments.touch(report, nowMs());
      if (!environment.reports.admit(report.sequence)) return;
      if (environment.reports.isNewest(report.sequence)) environment.snapshotVersion = report.snapshotVersion;
      noteCounters(environment, report.counters);
      for (const edge of report.edges) {
        const name = { caller: report.caller, service: edge.service, revision: edge.revision };
        if (ledger.add(name, countersOf(edge))) circuitAt(environment, edgeKey(name));
      }
      acceptEvents(report, environment);
    },
    note: log.append,
    edges: () => Array.from(ledger.totals(), ([name, counters]) => describeEdge(name, counters)).sort(byEdge),
    breakers() {
      const live = environments.list(nowMs());
      const circuits = circuitsByEdge(live);
      return Array.from(ledger.totals())
        .filter(([{ revision }]) => revision !== UNROUTED)
        .map(([name, counters]): BreakerAnswer => {
          const summary = circuits.get(edgeKey(name)) ?? noCircuits;
          return { ...name, ...summary, openedIn: counters.get("openedIn") ?? 0 };
        })
        .sort(byEdge);
    },
    events: log.after,
    environments: (newestVersion) =>
      environments.list(nowMs()).map((one) => ({
        environmentId: one.environmentId,
        caller: one.caller,
        snapshotVersion: one.snapshotVersion,
        seenAtMs: one.seenAtMs,
        state: one.snapshotVersion < newestVersion ? "STALE" : "SYNCED",
        counters: Object.fromEntries(one.counters),
      })),
    rollUp: ledger.rollUp,
  };
}

type CircuitSummary = Pick<BreakerAnswer, "environments" | "open" | "lastTransition" | "atMs">;

const noCircuits: CircuitSummary = { environments: 0, open: 0, lastTransition: null, atMs: null };

function circuitsByEdge(environments: readonly Environment[]): ReadonlyMap<string, CircuitSummary> {
  const summaries = new Map<string, CircuitSummary>();
  for (const { circuits } of environments) {
    for (const [edge, { transition, atMs }] of circuits) {
      const before = summaries.get(edge) ?? noCircuits;
      const isLast = transition !== null && atMs >= (before.atMs ?? 0);
      summaries.set(edge, {
        environments: before.environments + 1,
        open: before.open + (transition === "opened" || transition === "reopened" ? 1 : 0),
        lastTransition: isLast ? transition : before.lastTransition,
        atMs: isLast ? atMs : before.atMs,
      });
    }
  }
  return summaries;
}

function byEdge(a: EdgeName, b: EdgeName): number {
  return edgeKey(a) < edgeKey(b) ? -1 : 1;
}
