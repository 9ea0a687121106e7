import type { MeshFile, PoliciesOfService } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, didYouMean, error } from "../rule.ts";
import { policySections } from "./policy-sites.ts";

/**
 * A policy that is referred to by name must be under `policies`. Needs the authored form: the normal form
 * holds values.
 */
export function* undeclaredPolicies({ authored }: AnalysisInput): Iterable<Finding> {
  if (authored === null) return;
  yield* check(authored, authored.defaults ?? {}, ["defaults"]);
  for (const [name, service] of Object.entries(authored.services ?? {})) {
    yield* check(authored, service, ["services", name]);
  }
  for (const [index, route] of (authored.routes ?? []).entries()) {
    yield* check(authored, route, ["routes", index]);
  }
}

function* check(file: MeshFile, said: PoliciesOfService, base: ConfigPath): Iterable<Finding> {
  for (const key of ["timeouts", "retry", "circuitBreaker"] as const) {
    const name = said[key];
    const { under, what } = policySections[key];
    const known = file.policies?.[under] ?? {};
    if (typeof name !== "string" || Object.hasOwn(known, name)) continue;
    yield error("TULLE1205", `${what} "${name}" is not declared under policies.${under}`, {
      path: [...base, key],
      remedy: didYouMean(name, Object.keys(known)),
    });
  }
}
