/** Kinds that control knows from the reports of data planes, and the history of publishes. */
import type { BreakerAnswer, EdgeAnswer, EnvironmentAnswer, HistoryEntry } from "@tulle/control/client";
import { connect } from "../connection/connection.ts";
import type { Style } from "../output/style.ts";
import { showDuration } from "../program/duration.ts";
import type { TypedKind } from "./kinds.ts";

export const breakers: TypedKind<BreakerAnswer> = {
  unique: false,
  load: async (call) => {
    const { control } = await connect(call);
    return (await control.breakers()).map((item) => ({ name: item.service, item }));
  },
  columns: [
    { title: "CALLER", cell: ({ caller }) => caller },
    { title: "SERVICE", cell: ({ service }, { bold }) => bold(service) },
    { title: "REVISION", cell: ({ revision }) => revision },
    { title: "STATE", cell: (breaker, style) => breakerState(breaker, style) },
    { title: "OPEN", cell: ({ open }) => open },
    { title: "ENVIRONMENTS", cell: ({ environments }) => environments },
    { title: "EVER", cell: ({ openedIn }) => openedIn, wide: true },
    { title: "LAST", cell: ({ lastTransition }) => lastTransition ?? "-" },
    { title: "AGE", cell: ({ atMs }) => (atMs === null ? "-" : showAge(atMs)) },
  ],
};

/** The fleet's view of one edge: a word, because colour alone says nothing to some. */
export function breakerState({ open, environments }: BreakerAnswer, style: Style): string {
  if (open === 0) return style.green("closed");
  return open < environments ? style.yellow("partly open") : style.red("open");
}

export const edges: TypedKind<EdgeAnswer> = {
  unique: false,
  load: async (call) => {
    const { control } = await connect(call);
    return (await control.edges()).map((item) => ({ name: item.service, item }));
  },
  columns: [
    { title: "CALLER", cell: ({ caller }) => caller },
    { title: "SERVICE", cell: ({ service }, { bold }) => bold(service) },
    { title: "REVISION", cell: ({ revision }) => revision },
    { title: "ATTEMPTS", cell: (edge) => attempts(edge) },
    { title: "OK", cell: (edge) => share(edge.outcomes.ok ?? 0, attempts(edge)) },
    { title: "RETRIES", cell: ({ retries }) => retries },
    { title: "REFUSED", cell: ({ refusals }) => total(refusals) },
    { title: "FALLBACKS", cell: ({ fallbacks }) => fallbacks },
    { title: "P50", cell: ({ latencyMs }) => showLatency(latencyMs.p50) },
    { title: "P95", cell: ({ latencyMs }) => showLatency(latencyMs.p95) },
    { title: "P99", cell: ({ latencyMs }) => showLatency(latencyMs.p99) },
    { title: "OTHER", cell: ({ outcomes }) => otherOutcomes(outcomes), wide: true },
  ],
};

export const environments: TypedKind<EnvironmentAnswer> = {
  unique: false,
  load: async (call) => {
    const { control } = await connect(call);
    return (await control.environments()).map((item) => ({ name: item.caller, item }));
  },
  columns: [
    { title: "ENVIRONMENT", cell: ({ environmentId }) => environmentId },
    { title: "SERVICE", cell: ({ caller }, { bold }) => bold(caller) },
    { title: "VERSION", cell: ({ snapshotVersion }) => snapshotVersion },
    {
      title: "STATE",
      cell: ({ state }, { green, yellow }) => (state === "SYNCED" ? green(state) : yellow(state)),
    },
    { title: "SEEN", cell: ({ seenAtMs }) => showAge(seenAtMs) },
    {
      title: "COUNTERS",
      cell: ({ counters }) =>
        Object.entries(counters)
          .map(([name, count]) => `${name}=${count}`)
          .join(" ") || "-",
      wide: true,
    },
  ],
};

export const snapshots: TypedKind<HistoryEntry> = {
  unique: true,
  load: async (call) => {
    const { control } = await connect(call);
    return (await control.history()).map((item) => ({ name: String(item.version), item }));
  },
  columns: [
    { title: "VERSION", cell: ({ version }) => version },
    { title: "HASH", cell: ({ hash }) => hash.slice(0, 12) },
    { title: "PUBLISHED", cell: ({ atMs }) => new Date(atMs).toISOString() },
    { title: "MESSAGE", cell: ({ message }) => message || "-" },
  ],
};

/** Attempts of every outcome. */
export function attempts({ outcomes }: EdgeAnswer): number {
  return total(outcomes);
}

function total(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

function share(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)}%`;
}

function showLatency(ms: number | null): string {
  return ms === null ? "-" : showDuration(ms);
}

function otherOutcomes(outcomes: EdgeAnswer["outcomes"]): string {
  const others = Object.entries(outcomes).filter(([name]) => name !== "ok");
  return others.map(([name, count]) => `${name}=${count}`).join(" ") || "-";
}

function showAge(atMs: number): string {
  return showDuration(Math.max(0, Math.round((Date.now() - atMs) / 1_000) * 1_000));
}
