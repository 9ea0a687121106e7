import { formatDuration, type TimeoutPolicy } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";
import { policySites } from "./policy-sites.ts";

/**
 * One attempt must fit into the call, and both must last. Policies by name are looked at where they are
 * declared.
 */
export function* timeouts(input: AnalysisInput): Iterable<Finding> {
  const { config } = input;
  for (const { policy, path } of policySites(input, "timeouts")) yield* check(policy, path);
  for (const [index, { timeouts: policy }] of config.routes.entries()) {
    if (policy !== null) yield* check(policy, ["routes", index, "timeouts"]);
  }
  for (const [name, gateway] of Object.entries(config.gateways)) {
    for (const [index, { timeoutMs }] of gateway.routes.entries()) {
      if (timeoutMs === null || timeoutMs > 0) continue;
      const path = ["gateways", name, "routes", index, "timeout"];
      yield error("TULLE1406", "a timeout of zero lets no call finish", { path });
    }
  }
}

function* check({ requestMs, backendRequestMs }: TimeoutPolicy, path: ConfigPath): Iterable<Finding> {
  if (requestMs <= 0) {
    yield error("TULLE1406", "a timeout of zero lets no call finish", { path: [...path, "request"] });
  } else if (backendRequestMs <= 0) {
    yield error("TULLE1406", "a timeout of zero lets no attempt finish", {
      path: [...path, "backendRequest"],
    });
  } else if (backendRequestMs > requestMs) {
    const attempt = formatDuration(backendRequestMs);
    const whole = formatDuration(requestMs);
    yield error("TULLE1406", `one attempt may take ${attempt}, longer than the ${whole} of the whole call`, {
      path: [...path, "backendRequest"],
      remedy: `at most ${whole} is of use`,
    });
  }
}
