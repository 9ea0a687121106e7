/** The routing decision: a pure function from snapshot, state, request, time and one draw to a target. */
export { decide } from "./decide.ts";
export type { CallRequest, Decision, DrawSource, LocalState } from "./decision.ts";
export { explainDecision } from "./explain.ts";
export { slotOf } from "./hash.ts";
export { type DecisionRecord, recordDecision, targetOf } from "./record.ts";
export {
  type Edge,
  isAllowed,
  type PreparedRevision,
  type PreparedService,
  type PreparedServices,
  prepareTable,
  type RoutingTable,
} from "./table.ts";
