/** One request on its way through the door: what the filters hand on to each other. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { invariant } from "@tulle/core/errors";
import type { GatewayConfig, GatewayRoute } from "@tulle/core/model";
import type { RequestTarget } from "./routing/target.ts";
import type { Door } from "./settings.ts";

/** Filled from the top downwards: each field by the filter that it is named for. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly door: Door;
  readonly arrivedAtMs: number;
  /** Aborted when the client goes away or the deadline passes. */
  readonly abort: AbortController;
  requestId: string;
  target?: RequestTarget;
  gateway?: GatewayConfig;
  matched?: { readonly route: GatewayRoute; readonly parameters: Readonly<Record<string, string>> };
  deadlineMs?: number;
  traceparent?: string;
  body?: Buffer;
  /** The event's JSON. */
  event?: string;
  /** The service's answer: JSON bytes. */
  answer?: Uint8Array;
}

/** Does its part, then calls `next` for the rest of the chain, or does not. */
export type Filter = (exchange: Exchange, next: () => Promise<void>) => Promise<void>;

/** Makes one filter of many; the first is the outermost. */
export function chain(filters: readonly Filter[]): (exchange: Exchange) => Promise<void> {
  return (exchange) => {
    const run = (index: number): Promise<void> => {
      const filter = filters[index];
      return filter === undefined ? Promise.resolve() : filter(exchange, () => run(index + 1));
    };
    return run(0);
  };
}

/** Reads a field that an earlier filter has filled. */
export function filled<Name extends keyof Exchange>(
  exchange: Exchange,
  name: Name,
): NonNullable<Exchange[Name]> {
  const value = exchange[name];
  invariant(value !== undefined && value !== null, `the filter that fills "${name}" stands too late`);
  return value;
}
