/**
 * What a run amounts to: calls by edge, breaker transitions, split shares, latencies, and whether the mesh
 * did its job.
 */
import type { BreakerAnswer, ControlClient, ControlEvent, EdgeAnswer } from "@tulle/control/client";
import type { Check } from "./checks.ts";
import type { Answer } from "./traffic.ts";

export interface Facts {
  readonly edges: readonly EdgeAnswer[];
  readonly breakers: readonly BreakerAnswer[];
  readonly transitions: readonly (ControlEvent & { readonly kind: "breaker" })[];
  readonly snapshotVersion: number;
  readonly counters: Readonly<Record<string, number>>;
}

/** Asks control for everything that data planes have reported. */
export async function gatherFacts(control: ControlClient): Promise<Facts> {
  const [edges, breakers, events, environments, health] = await Promise.all([
    control.edges(),
    control.breakers(),
    control.events(),
    control.environments(),
    control.health(),
  ]);
  const counters: Record<string, number> = {};
  for (const environment of environments) {
    for (const [name, count] of Object.entries(environment.counters)) {
      counters[name] = (counters[name] ?? 0) + count;
    }
  }
  const transitions = events.filter((event) => event.kind === "breaker");
  return { edges, breakers, transitions, snapshotVersion: health.version, counters };
}

export interface Report {
  readonly durationMs: number;
  /** What the outside clients saw, by kind of request. */
  readonly gateway: Readonly<Record<string, RequestSummary>>;
  readonly edges: readonly EdgeAnswer[];
  readonly breakers: readonly BreakerAnswer[];
  readonly breakerTransitions: Facts["transitions"];
  /** Share of each edge's routed calls by revision, where an edge has more than one. */
  readonly splits: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
}

export interface RequestSummary {
  readonly count: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

export function writeReport(
  answers: readonly Answer[],
  facts: Facts,
  rest: { readonly durationMs: number; readonly checks: readonly Check[] },
): Report {
  const kinds = Object.groupBy(answers, ({ kind }) => kind);
  return {
    durationMs: rest.durationMs,
    gateway: Object.fromEntries(Object.entries(kinds).map(([kind, some]) => [kind, summarise(some ?? [])])),
    edges: facts.edges,
    breakers: facts.breakers,
    breakerTransitions: facts.transitions,
    splits: splitShares(facts.edges),
    counters: facts.counters,
    checks: rest.checks,
  };
}

export function summarise(answers: readonly Answer[]): RequestSummary {
  const byStatus: Record<string, number> = {};
  for (const { status } of answers) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const sorted = answers.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const at = (q: number) => Math.round(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0);
  return { count: answers.length, byStatus, latencyMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) } };
}

/** `caller>service` to revision to share of attempts, for edges that are split. */
export function splitShares(edges: readonly EdgeAnswer[]): Record<string, Record<string, number>> {
  const shares: Record<string, Record<string, number>> = {};
  const pairs = Object.groupBy(
    edges.filter(({ revision }) => revision !== "-"),
    ({ caller, service }) => `${caller}>${service}`,
  );
  for (const [pair, members = []] of Object.entries(pairs)) {
    if (members.length < 2) continue;
    const total = members.reduce((sum, edge) => sum + attemptsOn(edge), 0);
    shares[pair] = Object.fromEntries(
      members.map((edge) => [edge.revision, Math.round((attemptsOn(edge) / total) * 10_000) / 10_000]),
    );
  }
  return shares;
}

export function attemptsOn({ outcomes }: EdgeAnswer): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
}
