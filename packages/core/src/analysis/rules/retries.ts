import { formatDuration } from "../../model/index.ts";
import type { Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";
import { policySites } from "./policy-sites.ts";

/** A budget above 100 percent bounds nothing, and a backoff cannot begin above its own ceiling. */
export function* retries(input: AnalysisInput): Iterable<Finding> {
  for (const { policy, path } of policySites(input, "retry")) {
    const { budget, backoff } = policy;
    if (budget.percent < 0 || budget.percent > 100) {
      yield error("TULLE1408", `a retry budget is between 0 and 100 percent, not ${budget.percent}`, {
        path: [...path, "budget", "percent"],
      });
    }
    if (backoff.baseMs > backoff.maxMs) {
      const base = formatDuration(backoff.baseMs);
      const max = formatDuration(backoff.maxMs);
      yield error("TULLE1408", `the backoff begins at ${base}, above its maximum of ${max}`, {
        path: [...path, "backoff", "base"],
      });
    }
  }
}
