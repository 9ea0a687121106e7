import type {
  ConstellationConfig,
  MatchConfig,
  MeshConfig,
  RevisionConfig,
  RouteConfig,
  ServiceConfig,
} from "../model/index.ts";
import { FULL_WEIGHT } from "../model/index.ts";
import type { Digest } from "../ports/index.ts";
import { canonicalJson } from "./canonical.ts";
import {
  type ConstellationSnapshot,
  type RuleSnapshot,
  type ServiceSnapshot,
  SNAPSHOT_FORMAT,
  type Snapshot,
} from "./snapshot.ts";

/**
 * Compiles an analysed configuration into the snapshot that data planes read.
 *
 * Everything that could be looked up at call time is looked up here: revision names become indexes, routes
 * become rules in the order in which they are tried, the default split becomes the last rule. What only the
 * local platform or the analyzer needs (`local`, positions) is left behind. The caller passes the version,
 * because only the store can say which one is next; the hash depends on the content alone.
 */
export function compile(config: MeshConfig, version: number, digest: Digest): Snapshot {
  const content = {
    format: SNAPSHOT_FORMAT,
    mesh: config.mesh,
    mode: config.mode,
    services: mapValues(config.services, (service) => compileService(service, config.routes, digest)),
    resources: mapValues(config.resources, ({ kind, physical, allow }) => ({ kind, physical, allow })),
    uses: usesOf(config),
    constellations: mapValues(config.constellations, (one) => compileConstellation(one, config)),
    gateways: config.gateways,
  } as const;
  return { ...content, version, hash: digest(canonicalJson(content)), scope: null };
}

function compileService(
  service: ServiceConfig,
  routes: readonly RouteConfig[],
  digest: Digest,
): ServiceSnapshot {
  const own = routes.filter((route) => route.service === service.name);
  const defaults: RouteConfig = {
    service: service.name,
    matches: [],
    to: service.revisions.map(({ name, weight }) => ({ revision: name, weight })),
    timeouts: null,
  };
  return {
    mode: service.mode,
    backend: service.backend,
    revisions: service.revisions.map(({ name, qualifier, url }) => ({ name, qualifier, url })),
    rules: [...own, defaults].map((route) => compileRule(route, service, digest)),
    allow: service.allow,
    stickiness: service.stickiness,
    retry: service.retry,
    circuitBreaker: service.circuitBreaker,
    fallback: service.fallback,
    failover: service.failover,
    idempotent: service.idempotent,
  };
}

function compileRule(route: RouteConfig, service: ServiceConfig, digest: Digest): RuleSnapshot {
  const members = route.to.filter((member) => member.weight > 0);
  const names = members.map((member) => member.revision).sort();
  return {
    matches: route.matches.map(compileMatch),
    split: members.map(({ revision, weight }) => ({
      revision: indexOf(service.revisions, revision),
      weight,
    })),
    // From the members' names and not their weights: a key stays on its revision while weights grow.
    salt: digest(canonicalJson([service.name, route.matches, names])).slice(0, 32),
    timeouts: route.timeouts ?? service.timeouts,
  };
}

function compileMatch(match: MatchConfig): RuleSnapshot["matches"][number] {
  return {
    ...(match.caller !== undefined && { caller: match.caller }),
    ...(match.constellation !== undefined && { constellation: match.constellation }),
    ...(match.context !== undefined && { context: match.context }),
  };
}

function compileConstellation(one: ConstellationConfig, config: MeshConfig): ConstellationSnapshot {
  return {
    services: mapValues(one.services, (revision, name) =>
      indexOf(config.services[name]?.revisions ?? [], revision),
    ),
    resources: one.resources,
    fallThrough: one.fallThrough,
  };
}

function usesOf(config: MeshConfig): Record<string, readonly string[]> {
  const uses: Record<string, readonly string[]> = {};
  for (const service of Object.values(config.services)) uses[service.name] = service.uses;
  for (const gateway of Object.values(config.gateways)) {
    uses[`gateway/${gateway.name}`] = [...new Set(gateway.routes.map((route) => route.to))];
  }
  return uses;
}

/**
 * The analyzer has made sure that the revision exists; -1 would show up as an invariant when a table is
 * prepared.
 */
function indexOf(revisions: readonly RevisionConfig[], name: string): number {
  return revisions.findIndex((revision) => revision.name === name);
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** Whether the weights of a split are what the data plane relies on. */
export function isFullSplit(split: readonly { readonly weight: number }[]): boolean {
  return split.reduce((sum, member) => sum + member.weight, 0) === FULL_WEIGHT;
}
