import type { Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";

/** A revision's name is what routes, constellations and rollouts hold on to: it must mean one thing. */
export function* duplicateRevisions({ config }: AnalysisInput): Iterable<Finding> {
  for (const service of Object.values(config.services)) {
    const first = new Map<string, number>();
    for (const [index, { name }] of service.revisions.entries()) {
      const earlier = first.get(name);
      if (earlier === undefined) {
        first.set(name, index);
        continue;
      }
      const path = (position: number) => ["services", service.name, "revisions", position, "name"];
      yield error("TULLE1208", `service "${service.name}" has two revisions named "${name}"`, {
        path: path(index),
        related: [{ path: path(earlier), message: "the first one is here" }],
      });
    }
  }
}
