/** What the door needs of a data plane: the gateway's routes as they are now, and a way to call a service. */
import type { GatewayConfig } from "@tulle/core/model";

export interface Upstream {
  /** Null before the first snapshot; the same object until the gateway's configuration changes. */
  gateway(): GatewayConfig | null;
  /** `timeouts.requestMs` of a service, for routes that set no timeout of their own. */
  requestTimeoutMs(service: string): number | null;
  /** The answer's JSON, as bytes. Throws coded errors; must honour the deadline and the signal. */
  invoke(call: DoorCall): Promise<Uint8Array>;
}

export interface DoorCall {
  readonly service: string;
  /** The event's JSON. */
  readonly payload: string;
  readonly deadlineMs: number;
  readonly traceparent: string;
  readonly key: string | null;
  readonly constellation: string | null;
  readonly signal: AbortSignal;
}
