/**
 * Keep-alive connections over `node:http(s)`, for processes that are frozen and thawed.
 *
 * `node:http` and not `fetch`, because the first `fetch` of a process costs 47 ms of CPU. A connection that lay idle longer than a server
 * keeps one open is not used again: after a thaw it is dead, and the request on it would wait for its timeout.
 */
import * as http from "node:http";
import * as https from "node:https";
import type { Clock } from "@tulle/core/ports";

export interface Pool {
  /** The agent for a scheme, without connections that were idle for too long. */
  agentFor(secure: boolean): http.Agent;
  /** Closes every idle connection: one of them turned out to be dead. */
  dropIdle(): void;
}

const MAX_IDLE_MS = 30_000;
const MAX_SOCKETS = 256;

export function createPool(clock: Clock): Pool {
  let plain: http.Agent | undefined;
  let secure: https.Agent | undefined;
  let usedAtMs = clock();

  function dropIdle(): void {
    for (const agent of [plain, secure]) {
      for (const sockets of Object.values(agent?.freeSockets ?? {})) {
        for (const socket of sockets ?? []) socket.destroy();
      }
    }
  }

  return {
    dropIdle,
    agentFor(isSecure) {
      const nowMs = clock();
      if (nowMs - usedAtMs > MAX_IDLE_MS || nowMs < usedAtMs) dropIdle();
      usedAtMs = nowMs;
      if (isSecure) return (secure ??= new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }));
      return (plain ??= new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }));
    },
  };
}
