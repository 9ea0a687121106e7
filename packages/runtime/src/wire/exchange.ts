/**
 * One HTTP exchange: a request with a bounded time, and an answer that was read to its end or a reason why
 * there is none.
 *
 * A keep-alive connection may have died unnoticed, in a freeze most of all. Then, and only then, the request
 * goes out a second time, on a fresh connection: the connection had been used before, not one byte of an
 * answer arrived, and it broke within `DEAD_SOCKET_MS`, because a peer that closed earlier says so at once,
 * while one that breaks later may have done the work.
 */
import type { FailureReason } from "@tulle/core/outcome";
import { monotonicMs } from "../data-plane/ports.ts";
import type { Connection, Loss, Message, Peer, Receiver } from "./connection.ts";
import { startLimit } from "./limit.ts";
import type { Pool } from "./pool.ts";
import { requestHead } from "./request-head.ts";
import type { WireResponse } from "./response-parser.ts";

export interface WireRequest {
  readonly peer: Peer;
  readonly method: string;
  /** With query, encoded. */
  readonly path: string;
  /** Names in lower case; those that say how the body is framed are ignored. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Infinity for no bound. */
  readonly timeoutMs: number;
  /** Whether time counts only while the event loop could run: for what waits, not for who is waited for. */
  readonly patient?: boolean;
  /** Default 8 MiB, which is more than a function can answer. */
  readonly maxBodyBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

export type WireResult =
  | { readonly kind: "answer"; readonly response: WireResponse }
  | { readonly kind: "failure"; readonly reason: FailureReason; readonly cause: unknown };

export const DEAD_SOCKET_MS = 250;
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Never rejects. */
export function exchange(pool: Pool, request: WireRequest): Promise<WireResult> {
  return new Promise((resolve) => new Exchange(pool, request, resolve).start());
}

class Exchange implements Receiver {
  readonly #pool: Pool;
  readonly #request: WireRequest;
  readonly #resolve: (result: WireResult) => void;
  #message: Message | null = null;
  #connection: Connection | null = null;
  #release: (() => void) | null = null;
  #sentAtMs = 0;
  #reused = false;
  #secondTry = false;
  #settled = false;

  constructor(pool: Pool, request: WireRequest, resolve: (result: WireResult) => void) {
    this.#pool = pool;
    this.#request = request;
    this.#resolve = resolve;
  }

  start(): void {
    const { method, body, timeoutMs, patient = false, maxBodyBytes = MAX_BODY_BYTES, signal } = this.#request;
    if (signal?.aborted === true) {
      this.#onAbort();
      return;
    }
    const head = requestHead(this.#request);
    if (head === null) {
      this.#fail("unreachable", new TypeError("the request has a character that HTTP does not allow"));
      return;
    }
    this.#message = { head, body, isHead: method === "HEAD", maxBodyBytes };
    this.#release = startLimit(timeoutMs, patient, () => this.#fail("timeout", undefined));
    signal?.addEventListener("abort", this.#onAbort);
    this.#send();
  }

  answered(response: WireResponse, reusable: boolean): void {
    const connection = this.#connection!;
    this.#connection = null;
    if (reusable) this.#pool.release(this.#request.peer, connection);
    this.#settle({ kind: "answer", response });
  }

  lost({ connected, answering, oversized, cause }: Loss): void {
    this.#connection = null;
    const dead = this.#reused && !answering && monotonicMs() - this.#sentAtMs < DEAD_SOCKET_MS;
    if (dead && !this.#secondTry) {
      this.#secondTry = true;
      this.#pool.dropIdle(this.#request.peer);
      this.#send();
      return;
    }
    // After a first try whose bytes may have arrived nobody can say that the callee did not run.
    const neverSent = !connected && !this.#secondTry;
    this.#fail(oversized ? "oversized" : neverSent ? "unreachable" : "connectionLost", cause);
  }

  #send(): void {
    this.#pool.acquire(this.#request.peer, (connection) => {
      if (this.#settled) return false;
      this.#connection = connection;
      this.#reused = connection.served > 0;
      if (this.#reused) this.#sentAtMs = monotonicMs();
      connection.send(this.#message!, this);
      return true;
    });
  }

  readonly #onAbort = (): void => this.#fail("aborted", this.#request.signal?.reason);

  #fail(reason: FailureReason, cause: unknown): void {
    this.#connection?.close();
    this.#connection = null;
    this.#settle({ kind: "failure", reason, cause });
  }

  #settle(result: WireResult): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#release?.();
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
    this.#resolve(result);
  }
}
