import { FULL_WEIGHT, formatWeight } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";

/**
 * Shares must be whole and add up exactly; scaling them silently would send traffic where nobody wrote it.
 */
export function* weights({ config }: AnalysisInput): Iterable<Finding> {
  for (const service of Object.values(config.services)) {
    yield* check("revisions", service.revisions, ["services", service.name, "revisions"]);
  }
  for (const [index, route] of config.routes.entries())
    yield* check("route", route.to, ["routes", index, "to"]);
}

function* check(
  what: string,
  members: readonly { readonly weight: number }[],
  path: ConfigPath,
): Iterable<Finding> {
  let sum = 0;
  for (const [index, { weight }] of members.entries()) {
    sum += weight;
    if (Number.isInteger(weight) && weight >= 0 && weight <= FULL_WEIGHT) continue;
    yield error("TULLE1410", `${weight} is not a whole number from 0 to 10,000`, {
      path: [...path, index, "weight"],
    });
    return;
  }
  if (sum === FULL_WEIGHT) return;
  const off = formatWeight(Math.abs(FULL_WEIGHT - sum));
  yield error("TULLE1401", `the weights of the ${what} add up to ${formatWeight(sum)}, not 100 %`, {
    path,
    remedy: sum < FULL_WEIGHT ? `${off} more is wanted` : `${off} too much`,
  });
}
