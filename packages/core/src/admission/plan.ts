/**
 * Whether a call may go out, as data.
 *
 * A plan is parameterised by time instead of being a state that somebody has to switch: an environment that
 * read it once can follow it through a freeze without another read. The breakers produce plans; `decide` only
 * reads them. An edge without a plan is closed, which is the healthy case and costs nothing.
 */
export type AdmissionPlan = OpenPlan;

export interface OpenPlan {
  readonly kind: "open";
  /** Grows with every transition of the edge; a plan of a lower generation never replaces a higher one. */
  readonly generation: number;
  readonly sinceMs: number;
  /** From this moment one call may go out as a probe. */
  readonly probeAtMs: number;
}

export type Admission = "admitted" | "probe" | "shed";

/** Reads a plan at a moment. */
export function admit(plan: AdmissionPlan | undefined, nowMs: number): Admission {
  if (plan === undefined) return "admitted";
  return nowMs >= plan.probeAtMs ? "probe" : "shed";
}
