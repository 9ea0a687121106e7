/**
 * The rules, in the order in which their findings are listed: names, references, access, routing, policies,
 * doors.
 */
import type { Rule } from "./rule.ts";
import { allowsNotUsed, substitutesNotAllowed, usesNotAllowed } from "./rules/access.ts";
import { ambiguousNames } from "./rules/ambiguous-names.ts";
import { circuitBreakers } from "./rules/circuit-breakers.ts";
import { duplicateRevisions } from "./rules/duplicate-revisions.ts";
import { invalidFunctionNames } from "./rules/function-names.ts";
import { gatewayRoutes } from "./rules/gateway-routes.ts";
import { localRuns } from "./rules/local-runs.ts";
import { matches } from "./rules/matches.ts";
import { invalidNames } from "./rules/names.ts";
import { retries } from "./rules/retries.ts";
import { revisionTargets } from "./rules/revision-targets.ts";
import { substituteCycles } from "./rules/substitutes.ts";
import { timeouts } from "./rules/timeouts.ts";
import { undeclaredConstellations } from "./rules/undeclared-constellations.ts";
import { undeclaredNames } from "./rules/undeclared-names.ts";
import { undeclaredPolicies } from "./rules/undeclared-policies.ts";
import { undeclaredRevisions } from "./rules/undeclared-revisions.ts";
import { weights } from "./rules/weights.ts";
import { withoutEffect } from "./rules/without-effect.ts";

export const rules: readonly Rule[] = [
  invalidNames,
  invalidFunctionNames,
  ambiguousNames,
  undeclaredNames,
  undeclaredPolicies,
  undeclaredRevisions,
  undeclaredConstellations,
  duplicateRevisions,
  revisionTargets,
  usesNotAllowed,
  allowsNotUsed,
  substituteCycles,
  substitutesNotAllowed,
  weights,
  matches,
  timeouts,
  retries,
  circuitBreakers,
  localRuns,
  gatewayRoutes,
  withoutEffect,
];
