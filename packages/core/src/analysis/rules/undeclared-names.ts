import type { MeshConfig, ServiceConfig } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, didYouMean, error } from "../rule.ts";

/** Every service, resource and gateway that something refers to must be declared somewhere. */
export function* undeclaredNames({ config }: AnalysisInput): Iterable<Finding> {
  const known = namesOf(config);
  for (const service of Object.values(config.services)) yield* inService(service, known);
  for (const [name, { allow }] of Object.entries(config.resources)) {
    yield* inAllow(allow, ["resources", name, "allow"], known);
  }
  for (const [index, route] of config.routes.entries()) {
    yield* check("service", route.service, { path: ["routes", index, "service"], known: known.services });
    for (const [position, { caller }] of route.matches.entries()) {
      if (caller === undefined) continue;
      const path = ["routes", index, "matches", position, "caller"];
      yield* check("service", caller, { path, known: known.services });
    }
  }
  for (const [name, constellation] of Object.entries(config.constellations)) {
    for (const section of ["services", "resources"] as const) {
      for (const key of Object.keys(constellation[section])) {
        const path = ["constellations", name, section, key];
        yield* check(section.slice(0, -1), key, { path, at: "key", known: known[section] });
      }
    }
  }
  for (const [name, gateway] of Object.entries(config.gateways)) {
    for (const [index, route] of gateway.routes.entries()) {
      const path = ["gateways", name, "routes", index, "to"];
      yield* check("service", route.to, { path, known: known.services });
    }
  }
}

interface KnownNames {
  readonly services: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly gateways: ReadonlySet<string>;
  readonly usable: ReadonlySet<string>;
}

function namesOf(config: MeshConfig): KnownNames {
  const services = new Set(Object.keys(config.services));
  const resources = new Set(Object.keys(config.resources));
  const gateways = new Set(Object.keys(config.gateways));
  return { services, resources, gateways, usable: new Set([...services, ...resources]) };
}

function* inService(service: ServiceConfig, known: KnownNames): Iterable<Finding> {
  const base = ["services", service.name];
  for (const [index, used] of service.uses.entries()) {
    yield* check("service or resource", used, { path: [...base, "uses", index], known: known.usable });
  }
  yield* inAllow(service.allow, [...base, "allow"], known);
  for (const [index, name] of service.failover.entries()) {
    yield* check("service", name, { path: [...base, "failover", index], known: known.services });
  }
  if (service.fallback?.kind === "service") {
    const path = [...base, "fallback", "service"];
    yield* check("service", service.fallback.service, { path, known: known.services });
  }
}

function* inAllow(allow: readonly string[], base: ConfigPath, known: KnownNames): Iterable<Finding> {
  for (const [index, caller] of allow.entries()) {
    if (caller === "*") continue;
    const path = [...base, index];
    if (!caller.startsWith("gateway/")) {
      const remedy = known.gateways.has(caller) ? `a gateway is written "gateway/${caller}"` : null;
      yield* check("service", caller, { path, known: known.services, remedy });
      continue;
    }
    const gateways = new Set([...known.gateways].map((name) => `gateway/${name}`));
    yield* check("gateway", caller, { path, known: gateways });
  }
}

interface Reference {
  readonly path: ConfigPath;
  readonly at?: Finding["at"];
  readonly known: ReadonlySet<string>;
  readonly remedy?: string | null;
}

function* check(what: string, name: string, reference: Reference): Iterable<Finding> {
  if (reference.known.has(name)) return;
  yield error("TULLE1203", `${what} "${name}" is not declared`, {
    path: reference.path,
    at: reference.at ?? "value",
    remedy: reference.remedy ?? didYouMean(name, reference.known),
  });
}
