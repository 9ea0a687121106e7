/** One call on its way through the layers: what each layer found out for the ones after it. */
import type { RequestContext } from "@tulle/core/context";
import type { Mode } from "@tulle/core/model";
import type { OutcomeClass } from "@tulle/core/outcome";
import type { Decision, PreparedRevision, PreparedService } from "@tulle/core/routing";
import type { AttemptAnswer, CallSpec, CallTarget } from "./data-plane.ts";
import type { EdgeState } from "./edges.ts";

export interface Call<R> {
  readonly spec: CallSpec<R>;
  /** The request's context with what this call overrides, and a trace in any case. */
  readonly context: RequestContext;
  /** Service being tried now; another than `spec.service` after a failover. */
  service: string;
  mode: Mode;
  decision: Decision;
  /** What is tried now; null while nothing was decided, or the mesh keeps out. */
  prepared: PreparedService | null;
  revision: PreparedRevision | null;
  target: CallTarget | null;
  edge: EdgeState | null;
  /** Edge of the service that was asked for, whichever is tried now. */
  firstEdge: EdgeState | null;
  /** Whether the next attempt is the one that an open circuit lets through. */
  probe: boolean;
  /** Wall-clock time as it was read last: at a decision, and after whatever the call waited for. */
  nowMs: number;
  deadlineMs: number;
  attemptTimeoutMs: number;
  /** What the present attempt may take: its own limit, or what is left until the deadline. */
  limitMs: number;
  /** Attempts made, on all services. */
  attempts: number;
  /** Retries made on the present service. */
  retries: number;
  /** Whether a missing target has had the snapshot read again. */
  refreshed: boolean;
  /** How many of the configured substitutes have been looked at. */
  substitutes: number;
  /** Whether the time that was left, and not the attempt's own limit, bounds the attempt. */
  lastChance: boolean;
  /** Whether the latest attempt ended because of that: it says nothing about the callee. */
  cutShort: boolean;
  answer: AttemptAnswer<R> | null;
  outcome: OutcomeClass | null;
}
