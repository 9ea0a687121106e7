import type { MeshConfig } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, declared, didYouMean, error } from "../rule.ts";

/** Routes and constellations may only name revisions that the service has. */
export function* undeclaredRevisions({ config }: AnalysisInput): Iterable<Finding> {
  for (const [index, route] of config.routes.entries()) {
    for (const [position, { revision }] of route.to.entries()) {
      const path = ["routes", index, "to", position, "revision"];
      yield* check(config, { service: route.service, revision }, path);
    }
  }
  for (const [name, constellation] of Object.entries(config.constellations)) {
    for (const [service, revision] of Object.entries(constellation.services)) {
      yield* check(config, { service, revision }, ["constellations", name, "services", service]);
    }
  }
}

function* check(
  config: MeshConfig,
  target: { readonly service: string; readonly revision: string },
  path: ConfigPath,
): Iterable<Finding> {
  const service = declared(config.services, target.service);
  if (service === null) return;
  const names = service.revisions.map((revision) => revision.name);
  if (names.includes(target.revision)) return;
  yield error("TULLE1204", `service "${target.service}" has no revision "${target.revision}"`, {
    path,
    remedy: didYouMean(target.revision, names) ?? `it has ${names.map((name) => `"${name}"`).join(", ")}`,
  });
}
