import type { ServiceSnapshot, Snapshot } from "./snapshot.ts";

/**
 * Cuts a snapshot down to what one caller may need: the names it uses, and the services that those fall back
 * or fail over to.
 *
 * A data plane of a mesh of a thousand services loads twenty of them in half a millisecond; the whole would
 * take fifty. `allow` lists shrink to whether this caller is on them, so that a function learns nothing of
 * its neighbours. Version and hash stay those of the whole, because that is what environments compare.
 */
export function scopeSnapshot(snapshot: Snapshot, caller: string): Snapshot {
  const names = reachable(snapshot, caller);
  const gateway = caller.startsWith("gateway/") ? caller.slice("gateway/".length) : null;
  return {
    ...snapshot,
    scope: caller,
    services: pick(snapshot.services, names, (service) => ({
      ...service,
      allow: ownAllow(service.allow, caller),
    })),
    resources: pick(snapshot.resources, names, (resource) => ({
      ...resource,
      allow: ownAllow(resource.allow, caller),
    })),
    uses: { [caller]: usesOf(snapshot, caller) },
    constellations: Object.fromEntries(
      Object.entries(snapshot.constellations).map(([label, one]) => [
        label,
        { ...one, services: pick(one.services, names), resources: pick(one.resources, names) },
      ]),
    ),
    gateways: gateway === null ? {} : pick(snapshot.gateways, new Set([gateway])),
  };
}

function reachable(snapshot: Snapshot, caller: string): ReadonlySet<string> {
  const names = new Set(usesOf(snapshot, caller));
  // A set may grow while it is walked: what is added is visited too.
  for (const name of names) {
    if (!Object.hasOwn(snapshot.services, name)) continue;
    for (const next of substitutes(snapshot.services[name]!)) names.add(next);
  }
  return names;
}

/** Any text may be asked for, `__proto__` too. */
function usesOf({ uses }: Snapshot, caller: string): readonly string[] {
  return Object.hasOwn(uses, caller) ? uses[caller]! : [];
}

function substitutes(service: ServiceSnapshot): readonly string[] {
  return service.fallback?.kind === "service"
    ? [...service.failover, service.fallback.service]
    : service.failover;
}

function ownAllow(allow: readonly string[], caller: string): readonly string[] {
  return allow.includes(caller) || allow.includes("*") ? [caller] : [];
}

function pick<T>(
  record: Readonly<Record<string, T>>,
  names: ReadonlySet<string>,
  change: (value: T) => T = (value) => value,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => names.has(name))
      .map(([name, value]) => [name, change(value)]),
  );
}
