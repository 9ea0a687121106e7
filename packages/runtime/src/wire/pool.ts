/**
 * Keep-alive connections over `node:http(s)`, for processes that are frozen and thawed.
 *
 * `node:http` and not `fetch`, because the first `fetch` of a process costs 47 ms of CPU. A connection that
 * lay idle longer than a server keeps one open is not used again: after a thaw it is dead, and the request on
 * it would wait for its timeout.
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
  // Made at first use: a process that speaks plain HTTP only never loads TLS.
  const agents = new Map<boolean, http.Agent>();
  let usedAtMs = clock();

  function dropIdle(): void {
    for (const { freeSockets } of agents.values()) {
      for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    }
  }

  return {
    dropIdle,
    agentFor(secure) {
      const nowMs = clock();
      if (nowMs - usedAtMs > MAX_IDLE_MS || nowMs < usedAtMs) dropIdle();
      usedAtMs = nowMs;
      let agent = agents.get(secure);
      if (agent === undefined) {
        agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
        agents.set(secure, agent);
      }
      return agent;
    },
  };
}
