import type { Finding } from "../finding.ts";
import { type AnalysisInput, didYouMean, error } from "../rule.ts";

/** A match on a constellation that nobody declares would never hold. */
export function* undeclaredConstellations({ config }: AnalysisInput): Iterable<Finding> {
  for (const [index, route] of config.routes.entries()) {
    for (const [position, { constellation }] of route.matches.entries()) {
      if (constellation === undefined || Object.hasOwn(config.constellations, constellation)) continue;
      yield error("TULLE1206", `constellation "${constellation}" is not declared`, {
        path: ["routes", index, "matches", position, "constellation"],
        remedy: didYouMean(constellation, Object.keys(config.constellations)),
      });
    }
  }
}
