import { isName, suggestName } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";

/** Names that people give must be well formed, because they end up in URLs, record keys and metric labels. */
export function* invalidNames({ config }: AnalysisInput): Iterable<Finding> {
  yield* check("mesh", config.mesh, { path: ["mesh"], at: "value" });
  for (const section of ["services", "resources", "constellations", "gateways"] as const) {
    for (const name of Object.keys(config[section])) {
      yield* check(section.slice(0, -1), name, { path: [section, name], at: "key" });
    }
  }
  for (const service of Object.values(config.services)) {
    for (const [index, { name }] of service.revisions.entries()) {
      const path = ["services", service.name, "revisions", index, "name"];
      yield* check("revision", name, { path, at: "value" });
    }
  }
}

function* check(
  what: string,
  name: string,
  place: { readonly path: ConfigPath; readonly at: Finding["at"] },
): Iterable<Finding> {
  if (isName(name)) return;
  const suggestion = suggestName(name);
  yield error("TULLE1201", `"${name}" cannot be the name of a ${what}`, {
    ...place,
    remedy: suggestion === null ? null : `"${suggestion}" would do`,
  });
}
