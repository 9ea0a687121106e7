import type { Finding } from "../finding.ts";
import { type AnalysisInput, warning } from "../rule.ts";

/**
 * Says so where something is accepted and nothing reads it yet, instead of letting its author believe in
 * it.
 */
export function* withoutEffect({ authored }: AnalysisInput): Iterable<Finding> {
  if (authored?.telemetry === undefined) return;
  yield warning("TULLE1601", "`telemetry` is accepted but nothing reads it yet", {
    path: ["telemetry"],
    at: "key",
  });
}
