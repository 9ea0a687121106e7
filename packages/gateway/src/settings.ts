/** What a door is made of, and the bounds it keeps. */
import type { Clock } from "@tulle/core/ports";
import type { RouteTree } from "./routing/route-tree.ts";
import type { Upstream } from "./upstream/upstream.ts";

/** Request line and headers together. */
export const MAX_HEADER_BYTES = 16_384;

export interface GatewayOptions {
  /** Name under `gateways` in the configuration. */
  readonly gatewayName: string;
  readonly upstream: Upstream;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Header (lower case) whose value pins a request to a constellation; null, the default, pins none. */
  readonly constellationHeader?: string | null;
  /** Longest wait for the rest of a request's body, default 10,000. */
  readonly bodyTimeoutMs?: number;
  /** Longest wait for running requests when the gateway closes, default 5,000. */
  readonly drainTimeoutMs?: number;
  readonly clock?: Clock;
  /** Told of every request that was answered with an error. */
  readonly onProblem?: (problem: Problem) => void;
}

/** For the operator's log only: a client never sees any of it but the id, the status and the message. */
export interface Problem {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Message of the error underneath, null where there is none. */
  readonly cause: string | null;
  readonly durationMs: number;
}

/** The settled form that filters read. */
export interface Door {
  readonly gatewayName: string;
  readonly upstream: Upstream;
  readonly constellationHeader: string | null;
  readonly bodyTimeoutMs: number;
  readonly clock: Clock;
  readonly onProblem: (problem: Problem) => void;
  /** The tree of the current routes; rebuilt only when they have changed. */
  readonly routes: () => RouteTree;
  readonly draining: () => boolean;
}
