import type { Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";

/** `uses` has one namespace for services and resources, so one name cannot be both. */
export function* ambiguousNames({ config }: AnalysisInput): Iterable<Finding> {
  for (const name of Object.keys(config.resources)) {
    if (!Object.hasOwn(config.services, name)) continue;
    yield error("TULLE1207", `"${name}" is both a service and a resource`, {
      path: ["resources", name],
      at: "key",
      related: [{ path: ["services", name], message: "the service is declared here" }],
    });
  }
}
