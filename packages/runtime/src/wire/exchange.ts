/**
 * One HTTP exchange: a request with a bounded time, and an answer that was read to its end or a reason why
 * there is none.
 *
 * A keep-alive connection may have died unnoticed, in a freeze most of all. Then, and only then, the request
 * goes out a second time, on a fresh connection: the connection had been used before, not one byte of an
 * answer arrived, and it broke within `DEAD_SOCKET_MS`, because a peer that closed earlier says so at once,
 * while one that breaks later may have done the work.
 */
import * as http from "node:http";
import * as https from "node:https";
import { runDirect } from "../intercept/direct.ts";
import type { Pool } from "./pool.ts";

export interface WireRequest {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number | string;
  readonly method: string;
  /** With query, encoded. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
  /** Infinity for no bound. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export type WireResult =
  | { readonly kind: "answer"; readonly response: WireResponse }
  | { readonly kind: "failure"; readonly reason: FailureReason; readonly cause: unknown };

export type FailureReason = "timeout" | "aborted" | "unreachable" | "connectionLost";

/** As they were when this module was loaded: an interception that is installed later is not meant for us. */
const requestPlain = http.request;
const requestSecure = https.request;
const DEAD_SOCKET_MS = 250;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Never rejects. */
export function exchange(pool: Pool, request: WireRequest): Promise<WireResult> {
  return new Promise((resolve) => new Exchange(pool, request, resolve).start());
}

class Exchange {
  readonly #pool: Pool;
  readonly #request: WireRequest;
  readonly #resolve: (result: WireResult) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #current: http.ClientRequest | undefined;
  #startedMs = 0;
  /** What the connection had read before this request. */
  #bytesBefore = 0;
  #secondTry = false;
  #settled = false;

  constructor(pool: Pool, request: WireRequest, resolve: (result: WireResult) => void) {
    this.#pool = pool;
    this.#request = request;
    this.#resolve = resolve;
    const { timeoutMs, signal } = request;
    if (timeoutMs <= MAX_TIMER_MS)
      this.#timer = setTimeout(() => this.#fail("timeout", undefined), timeoutMs);
    signal?.addEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#fail("aborted", this.#request.signal?.reason);

  start(): void {
    const { secure, hostname, port, method, path, headers, body, signal } = this.#request;
    if (signal?.aborted === true) {
      this.#onAbort();
      return;
    }
    headers["content-length"] = String(typeof body === "string" ? Buffer.byteLength(body) : body.length);
    const agent = this.#pool.agentFor(secure);
    this.#startedMs = performance.now();
    try {
      const options = { hostname, port, method, path, headers, agent };
      const outgoing = runDirect(() => (secure ? requestSecure(options) : requestPlain(options)));
      this.#current = outgoing;
      outgoing.on("socket", (socket) => {
        this.#bytesBefore = socket.bytesRead;
      });
      outgoing.on("response", (incoming) => this.#receive(incoming));
      outgoing.on("error", (error) => this.#onError(outgoing, error));
      outgoing.end(body);
    } catch (error) {
      // Node refuses a malformed host, path or header by throwing.
      this.#fail("unreachable", error);
    }
  }

  #receive(incoming: http.IncomingMessage): void {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      const { statusCode, headers } = incoming;
      this.#settle({ kind: "answer", response: { status: statusCode ?? 0, headers, body } });
    });
    incoming.on("error", (error) => this.#fail("connectionLost", error));
  }

  #onError(outgoing: http.ClientRequest, error: NodeJS.ErrnoException): void {
    if (this.#settled) return;
    const dead =
      outgoing.reusedSocket &&
      outgoing.socket?.bytesRead === this.#bytesBefore &&
      performance.now() - this.#startedMs < DEAD_SOCKET_MS;
    if (dead && !this.#secondTry) {
      this.#secondTry = true;
      this.#pool.dropIdle();
      this.start();
      return;
    }
    // After a first try whose bytes may have arrived nobody can say that the callee did not run.
    this.#fail(isBeforeSending(error) && !this.#secondTry ? "unreachable" : "connectionLost", error);
  }

  #fail(reason: FailureReason, cause: unknown): void {
    if (this.#settled) return;
    this.#settle({ kind: "failure", reason, cause });
    this.#current?.destroy();
  }

  #settle(result: WireResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
    this.#resolve(result);
  }
}

/** No connection was ever made: name lookup, connect, or the certificate. */
function isBeforeSending({ code = "", syscall }: NodeJS.ErrnoException): boolean {
  return (
    syscall === "connect" ||
    syscall === "getaddrinfo" ||
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_)/.test(code)
  );
}
