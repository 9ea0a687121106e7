import type { CircuitBreakerPolicy } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";
import { policySites } from "./policy-sites.ts";

/** Thresholds outside their range make a circuit that always or never opens. */
export function* circuitBreakers(input: AnalysisInput): Iterable<Finding> {
  for (const { policy, path } of policySites(input, "circuitBreaker")) yield* check(policy, path);
}

function* check(policy: CircuitBreakerPolicy, path: ConfigPath): Iterable<Finding> {
  const { failureRatio } = policy;
  if (failureRatio <= 0 || failureRatio > 1) {
    const percent = failureRatio > 1 && failureRatio <= 100;
    yield error("TULLE1407", `a failure ratio is above 0 and at most 1, not ${failureRatio}`, {
      path: [...path, "failureRatio"],
      remedy: percent ? `${failureRatio} percent is ${failureRatio / 100}` : null,
    });
  }
  if (policy.minimumThroughput < 1) {
    yield error("TULLE1407", `a minimum throughput is at least 1, not ${policy.minimumThroughput}`, {
      path: [...path, "minimumThroughput"],
    });
  }
  for (const key of ["samplingDuration", "recoveryTimeout"] as const) {
    if (policy[`${key}Ms`] > 0) continue;
    yield error("TULLE1407", `\`${key}\` must be longer than zero`, { path: [...path, key] });
  }
}
