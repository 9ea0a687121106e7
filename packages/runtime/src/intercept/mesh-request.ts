/**
 * The request that an intercepted caller gets in place of a `ClientRequest`.
 *
 * It collects the body, runs the call through the data plane and hands back a message as Node would. What the
 * SDK's request handler and other HTTP clients do to a request works: abort, timeouts on its socket, piping a
 * body into it. Two things are learnt the hard way: `autoDestroy` is off, because an early `close` makes the
 * SDK drop its abort listener and a later abort hangs; and `close` comes after the response's end, because
 * the SDK clears its timers there.
 */
import { type IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { Writable } from "node:stream";
import type { WireResponse } from "../wire/response-parser.ts";
import type { Outgoing } from "./outgoing.ts";

/** What to hand to the caller: bytes to be wrapped, or a message that streams by itself. */
export type Reply = WireResponse | IncomingMessage;

/** Runs the call with the collected body; what it rejects with becomes the request's error. */
export type Perform = (body: Buffer, signal: AbortSignal) => Promise<Reply>;

export class MeshRequest extends Writable {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly protocol: string;
  readonly reusedSocket: boolean = true;
  aborted = false;
  res: IncomingMessage | null = null;
  /** Never connected; it carries the timeouts that callers set on a request's socket. */
  readonly socket: Socket = new Socket();
  readonly #headers: Map<string, string>;
  readonly #chunks: Buffer[] = [];
  readonly #controller = new AbortController();
  readonly #perform: Perform;

  constructor(outgoing: Outgoing, perform: Perform) {
    super({ autoDestroy: false });
    this.method = outgoing.method;
    this.path = outgoing.path;
    this.host = outgoing.hostname;
    this.protocol = outgoing.protocol;
    this.#headers = new Map(Object.entries(outgoing.headers));
    this.#perform = perform;
    if (outgoing.onResponse !== undefined) this.once("response", outgoing.onResponse);
    const { timeout } = outgoing.options;
    if (timeout !== undefined) this.setTimeout(timeout);
    process.nextTick(() => {
      if (this.destroyed) return;
      this.emit("socket", this.socket);
      if (this.#headers.get("expect") === "100-continue") this.emit("continue");
    });
  }

  get connection(): Socket {
    return this.socket;
  }

  get finished(): boolean {
    return this.writableEnded;
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  getHeaders(): Record<string, string> {
    return Object.fromEntries(this.#headers);
  }

  getHeaderNames(): string[] {
    return [...this.#headers.keys()];
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  /** Too late for a header to be signed, as on a request whose headers were sent. */
  setHeader(): this {
    return this;
  }

  removeHeader(): void {}

  flushHeaders(): void {}

  setNoDelay(): void {}

  setSocketKeepAlive(): void {}

  setTimeout(ms: number, onTimeout?: () => void): this {
    if (onTimeout !== undefined) this.once("timeout", onTimeout);
    this.socket.setTimeout(ms, () => this.emit("timeout"));
    return this;
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    process.nextTick(() => this.emit("abort"));
    this.destroy();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    this.#perform(Buffer.concat(this.#chunks), this.#controller.signal).then(
      (reply) => this.#answer(reply),
      (error) => this.destroy(error),
    );
  }

  /** Before an answer a destroyed request fails as Node's does; after it, the response is what breaks. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#controller.abort();
    this.socket.destroy();
    if (this.res?.complete === false) this.res.destroy(error ?? undefined);
    done(this.res === null ? (error ?? hangUp()) : null);
  }

  #answer(reply: Reply): void {
    if (this.destroyed) {
      if (reply instanceof IncomingMessage) reply.destroy();
      return;
    }
    const message = reply instanceof IncomingMessage ? reply : messageOf(reply, this.socket);
    this.res = message;
    message.once("end", () => setImmediate(() => this.destroy()));
    message.once("close", () => this.destroy());
    // Node throws away what nobody listens for.
    if (!this.emit("response", message)) message.resume();
  }
}

function hangUp(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}

/** A message that is all there. */
function messageOf({ status, headers, body }: WireResponse, socket: Socket): IncomingMessage {
  const message = new IncomingMessage(socket);
  message.statusCode = status;
  message.statusMessage = "";
  message.httpVersion = "1.1";
  message.httpVersionMajor = 1;
  message.httpVersionMinor = 1;
  message.headers = { ...headers };
  message.rawHeaders = rawHeadersOf(headers);
  message.complete = true;
  if (body.byteLength > 0) message.push(body);
  message.push(null);
  return message;
}

function rawHeadersOf(headers: IncomingHttpHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? ""]).flatMap((one) => [name, one]),
  );
}
