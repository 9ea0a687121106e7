/** What the layers may use of the data plane they run in, and what may listen to them. */
import type { RequestContext } from "@tulle/core/context";
import type { InvocationMeta } from "@tulle/core/ports";
import type { recordDecision } from "@tulle/core/routing";
import type { BreakerEvent } from "@tulle/core/telemetry";
import type { Call } from "./call.ts";
import type { AttemptAnswer, CallOutcome } from "./data-plane.ts";
import type { EdgeState } from "./edges.ts";
import type { Ports } from "./ports.ts";
import type { View } from "./view.ts";

/** Is shown every decision, as what `recordDecision` makes a record of: functions do not carry that. */
export type DecisionSink = (...made: Parameters<typeof recordDecision>) => void;

export interface Engine {
  /** Logical name of the service that calls. */
  readonly caller: string;
  readonly ports: Ports;
  readonly hooks: readonly MeshHooks[];
  readonly edges: Map<string, EdgeState>;
  readonly onDecision: DecisionSink | null;
  /** The newest view; null before the first snapshot. */
  readonly view: View | null;
  context(): RequestContext;
  /** Reads the snapshot again, within the bound. Never rejects. */
  refresh(boundMs: number): Promise<void>;
  count(counter: string, by?: number): void;
  /** Says that an edge has something to report. */
  touch(edge: EdgeState): void;
  event(event: BreakerEvent): void;
}

/**
 * Where later parts plug in: the fleet breaker writes plans and reports at invocation and call boundaries,
 * fault injection answers an attempt instead of the callee, mirroring copies a finished call. All of it
 * synchronous and none of it awaited.
 */
export interface MeshHooks {
  readonly invocationStart?: (meta: InvocationMeta, context: RequestContext) => void;
  readonly invocationEnd?: (meta: InvocationMeta) => void;
  /** After the decision, before the first attempt on a service. */
  readonly beforeCall?: (call: Readonly<Call<unknown>>) => void;
  /** An answer given here takes the place of the attempt. */
  readonly fault?: (call: Readonly<Call<unknown>>) => AttemptAnswer<never> | undefined;
  /** After an attempt was classified and booked. */
  readonly afterAttempt?: (call: Readonly<Call<unknown>>) => void;
  readonly afterCall?: (call: Readonly<Call<unknown>>, outcome: CallOutcome<unknown>) => void;
}
