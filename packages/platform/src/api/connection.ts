import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { REQUEST_ID_HEADER } from "@tulle/aws/lambda";
import type { ParseFailure } from "../runtime-api/http-head.ts";
import {
  createRequestParser,
  type ParsedRequest,
  type ParserLimits,
  type RequestParser,
} from "../runtime-api/http-parser.ts";
import type { ApiAnswer } from "./request.ts";

/**
 * One client's connection: bytes to requests, answers to bytes, in order.
 *
 * It stands on the strict parser of the Runtime API and not on `node:http`, whose passes through the stream
 * machinery cost an invocation more than its signature check does. Requests that arrive while one is being
 * served wait their turn; when many wait, the socket is not read. A client that does not take its answers
 * gets no further ones, and so is not read either: what one connection can make the platform hold is bounded.
 */
export interface SentAnswer {
  readonly answer: ApiAnswer;
  readonly requestId: string;
}

/** The body limit is that of an operation that carries code; smaller ones are the operations' business. */
export interface ConnectionOptions {
  readonly maxBodyBytes: number;
  /** Never rejects. */
  readonly serve: (request: ParsedRequest) => Promise<SentAnswer>;
  /** Whether an answer given now is the connection's last. */
  readonly isClosing: () => boolean;
}

const maxHeadBytes = 64 * 1024;
const mostWaiting = 16;
const goOn = "HTTP/1.1 100 Continue\r\n\r\n";
/** Up to this size, head and body are copied into one buffer: one system call is cheaper than two. */
const copiedBytes = 64 * 1024;

export class ApiConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #parser: RequestParser;
  readonly #waiting: ParsedRequest[] = [];
  #busy = false;
  #continueDue = false;
  #failure: ParseFailure | null = null;

  constructor(socket: Socket, options: ConnectionOptions) {
    const { maxBodyBytes } = options;
    const limits: ParserLimits = { maxHeadBytes, maxBodyBytes, maxDiscardBytes: 2 * maxBodyBytes };
    this.#socket = socket;
    this.#options = options;
    this.#parser = createRequestParser(limits);
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("drain", () => this.#next());
    socket.on("error", () => socket.destroy());
  }

  /**
   * Ends the connection now where nothing is under way; otherwise the next answer ends it. Does not wait for
   * the other side, which may be a function that is frozen.
   */
  endWhenIdle(): void {
    if (!this.#busy && this.#waiting.length === 0) this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const { requests, continueDue, failure } = this.#parser.push(chunk);
    for (const request of requests) this.#waiting.push(request);
    this.#continueDue = continueDue;
    this.#failure = failure;
    if (this.#waiting.length >= mostWaiting) this.#socket.pause();
    this.#next();
  }

  #next(): void {
    if (this.#busy || this.#socket.destroyed || this.#socket.writableNeedDrain) return;
    const request = this.#waiting.shift();
    if (request !== undefined) {
      this.#busy = true;
      void this.#options.serve(request).then((sent) => this.#answer(request, sent));
    } else if (this.#failure !== null) {
      this.#socket.end(refusal(this.#failure));
    } else if (this.#continueDue) {
      this.#continueDue = false;
      this.#socket.write(goOn);
    }
  }

  #answer(request: ParsedRequest, sent: SentAnswer): void {
    this.#busy = false;
    if (!this.#socket.writable) return;
    const last = !request.head.keepAlive || this.#options.isClosing();
    this.#write(sent, last);
    if (last) {
      this.#socket.end();
      return;
    }
    if (this.#socket.isPaused() && this.#waiting.length === 0) this.#socket.resume();
    this.#next();
  }

  #write({ answer, requestId }: SentAnswer, last: boolean): void {
    const body = typeof answer.body === "string" ? Buffer.from(answer.body) : (answer.body ?? emptyBody);
    const head =
      headOf(answer, requestId, last ? "Connection: close\r\n" : "") + lengthOf(answer, body.byteLength);
    if (body.byteLength > copiedBytes) {
      this.#socket.cork();
      this.#socket.write(head, "latin1");
      this.#socket.write(body);
      this.#socket.uncork();
      return;
    }
    const bytes = Buffer.allocUnsafe(head.length + body.byteLength);
    bytes.write(head, 0, "latin1");
    bytes.set(body, head.length);
    this.#socket.write(bytes);
  }
}

const emptyBody = Buffer.alloc(0);

function headOf({ status, headers }: ApiAnswer, requestId: string, connection: string): string {
  let contentType = "application/json";
  let more = "";
  for (const name in headers) {
    const value = headers[name] ?? "";
    if (name === "content-type") contentType = value;
    else if (name !== REQUEST_ID_HEADER) {
      more += `${name}: ${UNPRINTABLE.test(value) ? value.replaceAll(UNPRINTABLE_ALL, "") : value}\r\n`;
    }
  }
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: ${contentType}\r\n` +
    `${REQUEST_ID_HEADER}: ${requestId}\r\n${more}${connection}`
  );
}

const UNPRINTABLE = /[^\t\x20-\x7e\x80-\xff]/;
const UNPRINTABLE_ALL = /[^\t\x20-\x7e\x80-\xff]/g;

/** An answer without content has no length either: RFC 9110, section 8.6. */
function lengthOf({ status }: ApiAnswer, bodyBytes: number): string {
  return status === 204 ? "\r\n" : `Content-Length: ${bodyBytes}\r\n\r\n`;
}

/** The answer to what is not HTTP; the connection closes behind it. */
function refusal({ status, reason }: ParseFailure): string {
  const body = JSON.stringify({ message: `The request cannot be read: ${reason}.` });
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/json\r\n` +
    `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}
