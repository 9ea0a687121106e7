/**
 * Kept connections, by peer, for processes that are frozen and thawed.
 *
 * A connection that lay idle for longer than servers keep one open is not used again: after a thaw it is
 * dead, and the request on it would wait for its timeout. Age is a difference of wall-clock times, because a
 * monotonic clock may stand still in a freeze; an age below zero means that the clock was set back.
 */
import type { Clock } from "@tulle/core/ports";
import { Connection, type Peer } from "./connection.ts";

export interface Pool {
  /**
   * Hands over a connection: one that is idle, else a new one, else the first that comes free. `take` says
   * whether it is still wanted.
   */
  acquire(peer: Peer, take: (connection: Connection) => boolean): void;
  /** Takes back a connection whose answer was read to its end. */
  release(peer: Peer, connection: Connection): void;
  /** Closes the idle connections to a peer: one of them turned out to be dead. */
  dropIdle(peer: Peer): void;
}

const MAX_IDLE_MS = 30_000;
const MAX_CONNECTIONS = 256;

interface Kept {
  /** The one used last stands last. */
  readonly idle: Connection[];
  readonly waiting: ((connection: Connection) => boolean)[];
  open: number;
  session: Buffer | undefined;
}

export function createPool(clock: Clock): Pool {
  const peers = new Map<string, Kept>();

  function keptOf({ origin }: Peer): Kept {
    let kept = peers.get(origin);
    if (kept === undefined) {
      kept = { idle: [], waiting: [], open: 0, session: undefined };
      peers.set(origin, kept);
    }
    return kept;
  }

  function connectTo(peer: Peer, kept: Kept): Connection {
    kept.open += 1;
    return new Connection(peer, kept.session, {
      session: (session) => {
        kept.session = session;
      },
      closed: (connection) => {
        kept.open -= 1;
        const at = kept.idle.indexOf(connection);
        if (at >= 0) kept.idle.splice(at, 1);
        const next = kept.waiting.shift();
        if (next !== undefined) pool.acquire(peer, next);
      },
    });
  }

  const pool: Pool = {
    acquire(peer, take) {
      const kept = keptOf(peer);
      for (let idle = kept.idle.pop(); idle !== undefined; idle = kept.idle.pop()) {
        const idleMs = clock() - idle.idleSinceMs;
        if (idleMs >= 0 && idleMs <= MAX_IDLE_MS) {
          idle.wake();
          if (!take(idle)) pool.release(peer, idle);
          return;
        }
        idle.close();
      }
      if (kept.open >= MAX_CONNECTIONS) kept.waiting.push(take);
      else {
        const made = connectTo(peer, kept);
        if (!take(made)) made.close();
      }
    },
    release(peer, connection) {
      const kept = keptOf(peer);
      for (let next = kept.waiting.shift(); next !== undefined; next = kept.waiting.shift())
        if (next(connection)) return;
      connection.rest(clock());
      kept.idle.push(connection);
    },
    dropIdle(peer) {
      for (const connection of keptOf(peer).idle.splice(0)) connection.close();
    },
  };
  return pool;
}
