/**
 * One connection that carries one request at a time, over `node:net` or `node:tls`.
 *
 * A request leaves in one write, and what arrives is read into one piece of memory that all connections
 * share: it is parsed, and what is kept of it copied, before anything else can be read.
 */
import { connect, isIP, type Socket } from "node:net";
import { type Progress, ResponseParser, type WireResponse } from "./response-parser.ts";

/** Who is at the other end. */
export interface Peer {
  /** What sets it apart from others: scheme, host and port. */
  readonly origin: string;
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
}

/** A request as it goes on the wire. */
export interface Message {
  /** Request line and headers with the final empty line, latin1. */
  readonly head: string;
  readonly body: string | Uint8Array;
  readonly isHead: boolean;
  readonly maxBodyBytes: number;
}

/** What becomes of a request: one of the two is called, once. */
export interface Receiver {
  /** The connection is free again when `reusable`; else it is closed. */
  answered(response: WireResponse, reusable: boolean): void;
  lost(loss: Loss): void;
}

/** Why no answer arrived. */
export interface Loss {
  /** Whether the connection was ever made, the certificate checked. */
  readonly connected: boolean;
  /** Whether a byte of an answer had arrived. */
  readonly answering: boolean;
  readonly oversized: boolean;
  readonly cause: Error;
}

/** What a pool wants to hear. */
export interface ConnectionEvents {
  closed(connection: Connection): void;
  /** A TLS session, with which the next connection is made in one round trip less. */
  session(session: Buffer): void;
}

const READ_BYTES = 64 * 1024;
/** Below this, copying a body behind its head is cheaper than a write of two parts. */
const ONE_WRITE_BYTES = 64 * 1024;

let shared: Buffer | undefined;

export class Connection {
  /** Requests that it has carried to an answer. */
  served = 0;
  idleSinceMs = 0;
  readonly #socket: Socket;
  #connected = false;
  #answering = false;
  #closed = false;
  #message: Message | null = null;
  #receiver: Receiver | null = null;
  #parser: ResponseParser | null = null;
  #cause: Error | undefined;

  constructor(peer: Peer, session: Buffer | undefined, events: ConnectionEvents) {
    shared ??= Buffer.allocUnsafeSlow(READ_BYTES);
    const onread = { buffer: shared, callback: (length: number) => this.#read(shared!.subarray(0, length)) };
    const socket = open(peer, session, onread);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.once(peer.secure ? "secureConnect" : "connect", () => {
      this.#connected = true;
      this.#write();
    });
    socket.on("session", (fresh: Buffer) => events.session(fresh));
    socket.on("end", () => this.#progress(this.#parser?.end() ?? "bad"));
    socket.on("error", (error) => {
      this.#cause = error;
    });
    socket.on("close", () => {
      this.#closed = true;
      this.#lose(false);
      events.closed(this);
    });
  }

  /** Only while the connection is idle. */
  send(message: Message, receiver: Receiver): void {
    this.#message = message;
    this.#receiver = receiver;
    this.#parser = new ResponseParser(message.isHead, message.maxBodyBytes);
    this.#answering = false;
    if (this.#closed) queueMicrotask(() => this.#lose(false));
    else if (this.#connected) this.#write();
  }

  /** An idle connection does not keep the process alive. */
  rest(nowMs: number): void {
    this.idleSinceMs = nowMs;
    this.#socket.unref();
  }

  wake(): void {
    this.#socket.ref();
  }

  close(): void {
    this.#receiver = null;
    this.#socket.destroy();
  }

  #write(): void {
    const message = this.#message;
    this.#message = null;
    if (message === null) return;
    const { head, body } = message;
    if (body.length === 0) this.#socket.write(head, "latin1");
    else if (typeof body === "string") {
      // As many bytes as characters: plain ASCII, which latin1 spells the same and Node writes fastest.
      if (Buffer.byteLength(body) === body.length) this.#socket.write(head + body, "latin1");
      else this.#writeBytes(head, Buffer.from(body));
    } else this.#writeBytes(head, body);
  }

  #writeBytes(head: string, body: Uint8Array): void {
    if (body.length <= ONE_WRITE_BYTES) {
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.set(body, bytes.write(head, "latin1"));
      this.#socket.write(bytes);
      return;
    }
    this.#socket.cork();
    this.#socket.write(head, "latin1");
    this.#socket.write(body);
    this.#socket.uncork();
  }

  #read(chunk: Buffer): boolean {
    this.#answering = true;
    // Nobody asked for anything: a server that talks out of turn is not listened to.
    this.#progress(this.#parser === null ? "bad" : this.#parser.push(chunk));
    return true;
  }

  #progress(progress: Progress): void {
    if (progress === "more") return;
    const parser = this.#parser;
    const receiver = this.#receiver;
    if (progress !== "whole" || parser === null || receiver === null) {
      this.#lose(progress === "oversized");
      this.#socket.destroy();
      return;
    }
    this.#parser = null;
    this.#receiver = null;
    this.served += 1;
    if (!parser.reusable) this.#socket.destroy();
    receiver.answered(parser.response(), parser.reusable);
  }

  #lose(oversized: boolean): void {
    const receiver = this.#receiver;
    this.#receiver = null;
    const cause = this.#cause ?? new Error(oversized ? "the answer is too large" : "the connection broke");
    receiver?.lost({ connected: this.#connected, answering: this.#answering, oversized, cause });
  }
}

function open({ secure, hostname: host, port }: Peer, session: Buffer | undefined, onread: OnRead): Socket {
  const address = { host, port, onread };
  if (!secure) return connect(address);
  // Loaded where it is needed: TLS takes several milliseconds of a cold start.
  const tls = process.getBuiltinModule("node:tls");
  const servername = isIP(host) === 0 ? host : "";
  return tls.connect({ ...address, servername, ALPNProtocols: ["http/1.1"], ...(session && { session }) });
}

interface OnRead {
  readonly buffer: Uint8Array;
  readonly callback: (length: number) => boolean;
}
