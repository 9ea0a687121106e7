/**
 * The door itself: a server on `node:http` that hands each request to the filters.
 *
 * What never becomes a request (a header that is too long, a line that is not HTTP, a body whose framing
 * breaks) is answered here, in the same form as every other refusal. Everything has a bound: header bytes,
 * header time, body time, running time.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { TulleError } from "@tulle/core/errors";
import { chain, type Exchange } from "./exchange.ts";
import { filters } from "./filters/filters.ts";
import { malformedRequest, refuseConnection } from "./malformed.ts";
import { buildRouteTree, type RouteTree } from "./routing/route-tree.ts";
import { type Door, type GatewayOptions, MAX_HEADER_BYTES } from "./settings.ts";

export interface Gateway {
  /** `http://host:port`, with the port that was taken. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no more connections, lets running requests finish, and ends what is left after `drainTimeoutMs`.
   */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const DEFAULT_BODY_TIMEOUT_MS = 10_000;
const DEFAULT_DRAIN_TIMEOUT_MS = 5_000;

/** Opens the door. Throws TULLE5014 when it cannot listen. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const state = { draining: false };
  const door = settle(options, state);
  const running = new WeakMap<Duplex, Exchange>();
  const handle = chain(filters);
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
  });
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const exchange = open(door, request, response);
    running.set(request.socket, exchange);
    void handle(exchange).finally(() => running.delete(request.socket));
  };
  server.on("request", serve);
  server.on("checkContinue", serve);
  // An expectation that nobody knows is not met and not refused: RFC 9110, section 10.1.1, leaves it open.
  server.on("checkExpectation", serve);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const refusal = malformedRequest(error);
    const exchange = running.get(socket);
    if (exchange === undefined) refuseConnection(socket, refusal, door);
    else exchange.abort.abort(refusal);
  });
  const host = options.host ?? "127.0.0.1";
  await listen(server, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    close: () => {
      state.draining = true;
      return close(server, options.drainTimeoutMs ?? DEFAULT_DRAIN_TIMEOUT_MS);
    },
  };
}

function settle(options: GatewayOptions, state: { readonly draining: boolean }): Door {
  const { upstream } = options;
  let known: unknown = null;
  let tree: RouteTree = buildRouteTree([]);
  return {
    gatewayName: options.gatewayName,
    upstream,
    constellationHeader: options.constellationHeader ?? null,
    bodyTimeoutMs: options.bodyTimeoutMs ?? DEFAULT_BODY_TIMEOUT_MS,
    clock: options.clock ?? Date.now,
    onProblem: options.onProblem ?? (() => {}),
    draining: () => state.draining,
    routes: () => {
      const gateway = upstream.gateway();
      if (gateway !== known) {
        tree = buildRouteTree(gateway?.routes ?? []);
        known = gateway;
      }
      return tree;
    },
  };
}

function open(door: Door, request: IncomingMessage, response: ServerResponse): Exchange {
  const abort = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) abort.abort(new TulleError("TULLE5006", "The client has gone away."));
  });
  return { request, response, door, arrivedAtMs: door.clock(), abort, requestId: "" };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "the port is taken" : cause.message;
      reject(new TulleError("TULLE5014", `The gateway cannot listen on ${host}:${port}: ${why}.`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server, drainTimeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainTimeoutMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
