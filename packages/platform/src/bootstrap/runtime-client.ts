import { writeSync } from "node:fs";
import { Socket } from "node:net";
import {
  CHANNEL_DESCRIPTOR,
  type ChannelInvocation,
  createFrameReader,
  encodeFrame,
} from "../runtime-api/frames.ts";
import type { NodeErrorDocument } from "./errors.ts";

/** The platform from the function's side, over the private channel. */
export interface RuntimeClient {
  /** Waits for the head of one frame: what a spare is to be. */
  assignment(): Promise<string>;
  /** Asks for the first invocation; `take` gets this one and every later one. */
  start(take: (invocation: ReceivedInvocation) => void): void;
  /** Answers the current invocation and asks for the next. */
  respond(body: Buffer): void;
  /** Fails the current invocation and asks for the next. */
  fail(document: NodeErrorDocument): void;
  /** Fails the current invocation, or the initialisation, and calls back when the platform has taken it. */
  postFatal(document: NodeErrorDocument, done: () => void): void;
  /** Keeps the process alive, or lets it end when the handler left nothing to wait for. */
  hold(alive: boolean): void;
}

export interface ReceivedInvocation extends ChannelInvocation {
  /** The event's JSON. */
  readonly event: string;
}

const LIMITS = { maxHeadBytes: 2 ** 31, maxBodyBytes: 2 ** 31 } as const;
const READ_BYTES = 64 * 1024;
const NO_BYTES: Buffer = Buffer.alloc(0);

export function openChannel(): RuntimeClient {
  return new Client();
}

class Client implements RuntimeClient {
  readonly #socket: Socket;
  /** Gets the next frame. */
  #take: (head: string, body: Buffer | null) => void = () => {};
  #waiting = false;
  /** What to do when the platform has taken a fatal error. */
  #whenTaken: (() => void) | null = null;

  constructor() {
    const reader = createFrameReader(LIMITS, (head, body) => {
      if (head === "taken") this.#whenTaken?.();
      else this.#take(head, body);
    });
    this.#socket = new Socket({
      fd: CHANNEL_DESCRIPTOR,
      // Read into one buffer again and again: the stream's own way allocates for every read.
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (bytes, buffer) => reader.push(Buffer.from(buffer.buffer, buffer.byteOffset, bytes)),
      },
    });
    // Without its platform a function has nothing to live for.
    for (const event of ["error", "end", "close"]) this.#socket.on(event, () => process.exit(1));
  }

  assignment(): Promise<string> {
    return new Promise((resolve) => {
      this.#take = resolve;
    });
  }

  start(take: (invocation: ReceivedInvocation) => void): void {
    this.#take = (head, body) => {
      this.#waiting = false;
      const invocation = JSON.parse(head) as ChannelInvocation;
      take({ ...invocation, event: body === null ? "" : body.toString("utf8") });
    };
    this.#ask("next", NO_BYTES);
  }

  respond(body: Buffer): void {
    this.#ask("response", body);
  }

  fail(document: NodeErrorDocument): void {
    this.#ask(`error ${typeOf(document)}`, Buffer.from(JSON.stringify(document), "utf8"));
  }

  postFatal(document: NodeErrorDocument, done: () => void): void {
    if (this.#waiting) {
      done();
      return;
    }
    this.#socket.ref();
    this.#whenTaken = done;
    this.#write(encodeFrame(`fatal ${typeOf(document)}`, Buffer.from(JSON.stringify(document), "utf8")));
  }

  hold(alive: boolean): void {
    if (alive) this.#socket.ref();
    else this.#socket.unref();
  }

  #ask(head: string, body: Buffer): void {
    this.#socket.ref();
    this.#waiting = true;
    this.#write(encodeFrame(head, body));
  }

  /** Past the stream while the socket takes it: the whole of nearly every answer, in one system call. */
  #write(frame: Buffer): void {
    let written = 0;
    try {
      if (this.#socket.writableLength === 0) written = writeSync(CHANNEL_DESCRIPTOR, frame);
    } catch {
      // Full, or gone: the stream waits for the one and reports the other.
    }
    if (written < frame.length) this.#socket.write(frame.subarray(written));
  }
}

/** The type stands in the head of a frame, where it can neither be long nor break a line. */
function typeOf(document: NodeErrorDocument): string {
  return String(document.errorType)
    .replace(/[^\x20-\x7e]/g, "")
    .slice(0, 256);
}
