import { addSparse, type EdgeReport, newHistogram, quantile } from "@tulle/core/telemetry";
import type { EdgeAnswer } from "../api/answers.ts";

/**
 * What is counted on one edge, as flat names and numbers: `outcome.ok`, `refusal.TULLE2002`, `latency.57`.
 *
 * Flat because a record's fields are flat, and because two sets of counters merge by adding name by name:
 * the same form serves a report, the totals, and the change that is written to the store.
 */
export type EdgeCounters = Map<string, number>;

/** Caller, service and revision. The names have no `#`, so they can be joined by it. */
export interface EdgeName {
  readonly caller: string;
  readonly service: string;
  readonly revision: string;
}

export function edgeKey({ caller, service, revision }: EdgeName): string {
  return `${caller}#${service}#${revision}`;
}

export function edgeName(key: string): EdgeName {
  const [caller = "", service = "", revision = ""] = key.split("#");
  return { caller, service, revision };
}

/** A report's counts; zeros are left out. */
export function countersOf(report: EdgeReport): EdgeCounters {
  const counters: EdgeCounters = new Map();
  addTo(counters, "fallbacks", report.fallbacks);
  addTo(counters, "retries", report.retries);
  for (const [outcome, count] of Object.entries(report.outcomes))
    addTo(counters, `outcome.${outcome}`, count);
  for (const [code, count] of Object.entries(report.refusals)) addTo(counters, `refusal.${code}`, count);
  const known = newHistogram();
  addSparse(known, report.latency);
  known.forEach((count, bucket) => {
    addTo(counters, `latency.${bucket}`, count);
  });
  return counters;
}

export function addTo(counters: EdgeCounters, name: string, count: number): void {
  if (count !== 0) counters.set(name, (counters.get(name) ?? 0) + count);
}

export function merge(into: EdgeCounters, from: ReadonlyMap<string, number>): void {
  for (const [name, count] of from) addTo(into, name, count);
}

export function describeEdge(name: EdgeName, counters: ReadonlyMap<string, number>): EdgeAnswer {
  const histogram = newHistogram();
  addSparse(histogram, Object.fromEntries(named(counters, "latency.")));
  return {
    ...name,
    outcomes: Object.fromEntries(named(counters, "outcome.")),
    refusals: Object.fromEntries(named(counters, "refusal.")),
    fallbacks: counters.get("fallbacks") ?? 0,
    retries: counters.get("retries") ?? 0,
    latencyMs: {
      p50: quantile(histogram, 0.5),
      p95: quantile(histogram, 0.95),
      p99: quantile(histogram, 0.99),
    },
  };
}

function named(counters: ReadonlyMap<string, number>, prefix: string): [string, number][] {
  return [...counters]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, count]) => [name.slice(prefix.length), count]);
}
