/**
 * Where policies stand in a configuration: each is looked at once, at the place where its author wrote it.
 */
import { builtInPolicies, type ResolvedPolicies, resolvePolicies } from "../../model/index.ts";
import type { ConfigPath } from "../finding.ts";
import type { AnalysisInput } from "../rule.ts";

export type PolicyKey = keyof ResolvedPolicies;

export interface PolicySite<Key extends PolicyKey> {
  readonly policy: ResolvedPolicies[Key];
  readonly path: ConfigPath;
}

/** Key under `policies` by key of a service. */
export const policySections: Readonly<
  Record<PolicyKey, { readonly under: "timeouts" | "retries" | "circuitBreakers"; readonly what: string }>
> = {
  timeouts: { under: "timeouts", what: "timeout policy" },
  retry: { under: "retries", what: "retry policy" },
  circuitBreaker: { under: "circuitBreakers", what: "circuit breaker" },
};

/**
 * Named policies, then the defaults', then the services' own; without an authored form, what each service
 * ended up with.
 */
export function* policySites<Key extends PolicyKey>(
  { config, authored }: AnalysisInput,
  key: Key,
): Iterable<PolicySite<Key>> {
  if (authored !== null) {
    const { under } = policySections[key];
    for (const name of Object.keys(authored.policies?.[under] ?? {})) {
      const policy = resolvePolicies(authored, { [key]: name }, builtInPolicies)[key];
      yield { policy, path: ["policies", under, name] };
    }
    if (typeof authored.defaults?.[key] === "object") {
      const policy = resolvePolicies(authored, authored.defaults, builtInPolicies)[key];
      yield { policy, path: ["defaults", key] };
    }
  }
  for (const service of Object.values(config.services)) {
    const said = authored?.services;
    const inline = said && Object.hasOwn(said, service.name) && typeof said[service.name]?.[key] === "object";
    if (authored === null || inline) yield { policy: service[key], path: ["services", service.name, key] };
  }
}
