import type { Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";

/** What is run locally needs a handler, its own or its service's. */
export function* localRuns({ config }: AnalysisInput): Iterable<Finding> {
  for (const service of Object.values(config.services)) {
    for (const [index, { name, local }] of service.revisions.entries()) {
      if (local === null || local.handler !== "") continue;
      yield error(
        "TULLE1409",
        `revision "${name}" is run locally, but neither it nor its service has a handler`,
        {
          path: ["services", service.name, "revisions", index, "local"],
        },
      );
    }
  }
}
