/**
 * What publishing a configuration would change, by name.
 *
 * Both sides are in the normal form, so a difference in spelling is none. `local` settings are left out:
 * they say how the local platform runs a service and are no part of what is published to data planes.
 */
import { formatWeight, type MeshConfig, type RevisionConfig } from "@tulle/core/model";

export interface Plan {
  readonly changes: readonly Change[];
}

export interface Change {
  readonly kind: "added" | "changed" | "removed";
  readonly section: Section;
  readonly name: string;
  /** What is different, for people; empty for what was added or removed. */
  readonly details: readonly string[];
}

export type Section = "mesh" | "service" | "resource" | "route" | "constellation" | "gateway";

/** Compares with what is published; null for nothing. */
export function planOf(published: MeshConfig | null, proposed: MeshConfig): Plan {
  return {
    changes: [
      ...compareMesh(published, proposed),
      ...compareNames("service", published?.services ?? {}, proposed.services, serviceDetails),
      ...compareNames("resource", published?.resources ?? {}, proposed.resources, plainDetails),
      ...compareNames("route", routesByService(published), routesByService(proposed), routeDetails),
      ...compareNames(
        "constellation",
        published?.constellations ?? {},
        proposed.constellations,
        plainDetails,
      ),
      ...compareNames("gateway", published?.gateways ?? {}, proposed.gateways, gatewayDetails),
    ],
  };
}

/** Names that would be gone and that callers may be using. */
export function removedNames(plan: Plan): readonly string[] {
  return plan.changes
    .filter(({ kind, section }) => kind === "removed" && section !== "route")
    .map(({ section, name }) => `${section} ${name}`);
}

type Named<T> = Readonly<Record<string, T>>;
type Details<T> = (before: T, after: T) => readonly string[];

function compareMesh(published: MeshConfig | null, proposed: MeshConfig): readonly Change[] {
  const name = proposed.mesh;
  if (published === null) return [{ kind: "added", section: "mesh", name, details: [] }];
  const details = plainDetails(
    { mesh: published.mesh, mode: published.mode },
    { mesh: proposed.mesh, mode: proposed.mode },
  );
  return details.length === 0 ? [] : [{ kind: "changed", section: "mesh", name, details }];
}

function compareNames<T>(
  section: Section,
  before: Named<T>,
  after: Named<T>,
  details: Details<T>,
): readonly Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): Change[] => {
    const [old, fresh] = [before[name], after[name]];
    if (old === undefined) return [{ kind: "added", section, name, details: [] }];
    if (fresh === undefined) return [{ kind: "removed", section, name, details: [] }];
    const found = details(old, fresh);
    return found.length === 0 ? [] : [{ kind: "changed", section, name, details: found }];
  });
}

function serviceDetails(
  before: MeshConfig["services"][string],
  after: MeshConfig["services"][string],
): readonly string[] {
  const { revisions: oldRevisions, local: _oldLocal, ...oldRest } = before;
  const { revisions: newRevisions, local: _newLocal, ...newRest } = after;
  return [...revisionDetails(oldRevisions, newRevisions), ...plainDetails(oldRest, newRest)];
}

function revisionDetails(
  before: readonly RevisionConfig[],
  after: readonly RevisionConfig[],
): readonly string[] {
  const [old, fresh] = [byName(before), byName(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].flatMap((name) => {
    const [was, is] = [old[name], fresh[name]];
    if (was === undefined) return [`revision ${name} added with ${formatWeight(is!.weight)}`];
    if (is === undefined) return [`revision ${name} removed, had ${formatWeight(was.weight)}`];
    const weight =
      was.weight === is.weight
        ? []
        : [`revision ${name} weight ${formatWeight(was.weight)} -> ${formatWeight(is.weight)}`];
    const { local: _oldLocal, weight: _oldWeight, name: _oldName, ...oldTarget } = was;
    const { local: _newLocal, weight: _newWeight, name: _newName, ...newTarget } = is;
    return [...weight, ...plainDetails(oldTarget, newTarget).map((line) => `revision ${name} ${line}`)];
  });
}

function gatewayDetails(
  before: MeshConfig["gateways"][string],
  after: MeshConfig["gateways"][string],
): readonly string[] {
  const key = (route: (typeof before.routes)[number]) => `${route.method} ${route.path}`;
  const routes = compareNames(
    "route",
    Object.fromEntries(before.routes.map((route) => [key(route), route])),
    Object.fromEntries(after.routes.map((route) => [key(route), route])),
    plainDetails,
  );
  const lines = routes.flatMap(({ kind, name, details }) =>
    details.length === 0 ? [`route ${name} ${kind}`] : details.map((line) => `route ${name} ${line}`),
  );
  const { routes: _oldRoutes, ...oldRest } = before;
  const { routes: _newRoutes, ...newRest } = after;
  return [...lines, ...plainDetails(oldRest, newRest)];
}

/** Order matters among the routes of one service: the first that matches wins. */
function routesByService(config: MeshConfig | null): Named<readonly object[]> {
  const grouped: Record<string, object[]> = {};
  for (const route of config?.routes ?? []) {
    const group = grouped[route.service] ?? [];
    group.push(route);
    grouped[route.service] = group;
  }
  return grouped;
}

function routeDetails(before: readonly object[], after: readonly object[]): readonly string[] {
  if (same(before, after)) return [];
  return before.length === after.length
    ? after.flatMap((route, i) => plainDetails(before[i]!, route).map((line) => `rule ${i + 1} ${line}`))
    : [`${before.length} rules -> ${after.length}`];
}

/** One line for each key whose value differs. */
function plainDetails(before: object, after: object): readonly string[] {
  const [old, fresh] = [{ ...before } as Named<unknown>, { ...after } as Named<unknown>];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  return keys
    .filter((key) => !same(old[key], fresh[key]))
    .map((key) => `${key} ${brief(old[key])} -> ${brief(fresh[key])}`);
}

const LONGEST_VALUE = 60;

function brief(value: unknown): string {
  if (value === undefined || value === null) return "none";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

/** Equality that does not depend on the order of an object's keys. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && same((a as Named<unknown>)[key], (b as Named<unknown>)[key]));
}

function byName(revisions: readonly RevisionConfig[]): Named<RevisionConfig> {
  return Object.fromEntries(revisions.map((revision) => [revision.name, revision]));
}
