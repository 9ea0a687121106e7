import type { Store } from "@tulle/core/store";
import { type EdgeCounters, type EdgeName, edgeKey, edgeName, merge } from "./edge-counters.ts";

/**
 * The totals of every edge: in memory for reading, in the store for the next start.
 *
 * A thousand reports a second must not be a thousand writes: what came in since the last roll-up is one
 * additive update per edge. Additions commute, so two controls on one store do not disturb each other. What
 * a roll-up could not write is kept for the next one; what came in after the last roll-up is lost when the
 * process is killed, which is telemetry of a few seconds.
 */
export interface EdgeLedger {
  /** Counts on an edge; false where the caller has as many edges as it may have. */
  add(name: EdgeName, counters: EdgeCounters): boolean;
  totals(): Iterable<readonly [EdgeName, ReadonlyMap<string, number>]>;
  /**
   * Writes what came in since the last time. Rejects when some of it could not be written; nothing is lost.
   */
  rollUp(): Promise<void>;
}

const EDGES = "edge";
/** Bounds what a caller that reports made-up names can take up. */
const MOST_EDGES_PER_CALLER = 1_000;

/** Opens the ledger with the totals that the store has. */
export async function openEdgeLedger(store: Store): Promise<EdgeLedger> {
  const totals = new Map<string, EdgeCounters>();
  const edgesOf = new Map<string, number>();
  let pending = new Map<string, EdgeCounters>();
  let rolling: Promise<void> = Promise.resolve();

  for (const { sort, fields } of await store.query(EDGES, "")) {
    const counters = Object.entries(fields).map(([name, count]): [string, number] => [name, Number(count)]);
    countersAt(sort, totals);
    merge(totals.get(sort)!, new Map(counters));
    countEdge(edgeName(sort).caller);
  }

  function countEdge(caller: string): void {
    edgesOf.set(caller, (edgesOf.get(caller) ?? 0) + 1);
  }

  function add(name: EdgeName, counters: EdgeCounters): boolean {
    const key = edgeKey(name);
    if (!totals.has(key)) {
      if ((edgesOf.get(name.caller) ?? 0) >= MOST_EDGES_PER_CALLER) return false;
      countEdge(name.caller);
    }
    merge(countersAt(key, totals), counters);
    if (counters.size > 0) merge(countersAt(key, pending), counters);
    return true;
  }

  async function writePending(): Promise<void> {
    const batch = pending;
    pending = new Map();
    const writes = [...batch].map(async ([sort, counters]) => {
      try {
        await store.update({ partition: EDGES, sort, add: Object.fromEntries(counters) });
      } catch (error) {
        merge(countersAt(sort, pending), counters);
        throw error;
      }
    });
    const failed = (await Promise.allSettled(writes)).find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  return {
    add,
    totals: () => [...totals].map(([key, counters]) => [edgeName(key), counters] as const),
    rollUp() {
      rolling = rolling.catch(() => undefined).then(writePending);
      return rolling;
    },
  };
}

function countersAt(key: string, all: Map<string, EdgeCounters>): EdgeCounters {
  let counters = all.get(key);
  if (counters === undefined) {
    counters = new Map();
    all.set(key, counters);
  }
  return counters;
}
