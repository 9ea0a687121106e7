import type { CallRequest, Decision } from "./decision.ts";
import type { RoutingTable } from "./table.ts";

/** A decision as plain JSON: what goes to the decision sink, and what `tulle explain` prints. */
export interface DecisionRecord {
  readonly snapshotVersion: number;
  readonly snapshotHash: string;
  readonly atMs: number;
  readonly random: number;
  readonly caller: string;
  readonly service: string;
  readonly kind: Decision["kind"];
  readonly revision: string | null;
  /** Function name with qualifier, or URL; null where nothing was chosen. */
  readonly target: string | null;
  readonly rule: number;
  readonly drawnBy: Decision["drawnBy"];
  readonly slot: number;
  readonly admission: Decision["admission"];
  readonly deadlineMs: number | null;
  readonly attemptTimeoutMs: number | null;
  readonly refusal: Decision["refusal"];
  readonly constellation: string | null;
  readonly key: string | null;
}

/** Everything that a decision was made from and what came of it; enough to make it again. */
export function recordDecision(
  table: RoutingTable,
  request: CallRequest,
  decision: Decision,
  at: { readonly nowMs: number; readonly random: number },
): DecisionRecord {
  const { revision } = decision;
  return {
    snapshotVersion: table.snapshot.version,
    snapshotHash: table.snapshot.hash,
    atMs: at.nowMs,
    random: at.random,
    caller: table.caller,
    service: request.service,
    kind: decision.kind,
    revision: revision?.name ?? null,
    target: targetOf(decision),
    rule: decision.rule,
    drawnBy: decision.drawnBy,
    slot: decision.slot,
    admission: decision.admission,
    deadlineMs: finiteOrNull(decision.deadlineMs),
    attemptTimeoutMs: finiteOrNull(decision.attemptTimeoutMs),
    refusal: decision.refusal,
    constellation: request.context.constellation,
    key: request.key ?? request.context.key,
  };
}

/** `function:qualifier` or the URL that a routed decision leads to. */
export function targetOf({ service, revision }: Decision): string | null {
  if (service === null || revision === null) return null;
  const { backend } = service.snapshot;
  if (backend.kind === "http") return revision.url ?? backend.url;
  return revision.qualifier === null ? backend.functionName : `${backend.functionName}:${revision.qualifier}`;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
