import { connect, type Socket } from "node:net";
import type { NodeErrorDocument } from "./errors.ts";

/** The Runtime API from the function's side, over one connection. */
export interface RuntimeClient {
  /** Asks for the first invocation; `take` gets this one and every later one. */
  start(take: (invocation: ReceivedInvocation) => void): void;
  /** Answers the current invocation and asks for the next in the same packet. */
  respond(body: Buffer, headers?: string): void;
  /** Fails the current invocation and asks for the next. */
  fail(document: NodeErrorDocument): void;
  /** Fails the current invocation, or the initialisation, and calls back when the platform has taken it. */
  postFatal(document: NodeErrorDocument, done: () => void): void;
  /** Keeps the process alive, or lets it end when the handler left nothing to wait for. */
  hold(alive: boolean): void;
}

export interface ReceivedInvocation {
  readonly requestId: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const BASE = "/2018-06-01/runtime";

export function connectRuntimeApi(address: string): RuntimeClient {
  return new Client(address);
}

class Client implements RuntimeClient {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #awaited: ((answer: Answer) => void)[] = [];
  readonly #nextRequest: string;
  #take: (invocation: ReceivedInvocation) => void = () => {};
  #phase: "initialising" | "waiting" | "working" = "initialising";
  #requestId = "";

  constructor(address: string) {
    const colon = address.lastIndexOf(":");
    this.#host = address;
    this.#nextRequest = `GET ${BASE}/invocation/next HTTP/1.1\r\nHost: ${address}\r\n\r\n`;
    this.#socket = connect({
      host: address.slice(0, colon),
      port: Number(address.slice(colon + 1)),
      noDelay: true,
    });
    // Without its platform a function has nothing to live for.
    this.#socket.on("error", () => process.exit(1));
    this.#socket.on("close", () => process.exit(1));
    const reader = answerReader((answer) => this.#awaited.shift()?.(answer));
    this.#socket.on("data", reader);
  }

  start(take: (invocation: ReceivedInvocation) => void): void {
    this.#take = take;
    this.#awaited.push((answer) => this.#received(answer));
    this.#phase = "waiting";
    this.#socket.write(this.#nextRequest, "latin1");
  }

  respond(body: Buffer, headers = "Content-Type: application/json\r\n"): void {
    this.#postAndNext("response", headers, body);
  }

  fail(document: NodeErrorDocument): void {
    this.#postAndNext("error", errorHeaders(document), Buffer.from(JSON.stringify(document), "utf8"));
  }

  postFatal(document: NodeErrorDocument, done: () => void): void {
    if (this.#phase === "waiting") {
      done();
      return;
    }
    this.#socket.ref();
    this.#awaited.push(done);
    const body = Buffer.from(JSON.stringify(document), "utf8");
    const path =
      this.#phase === "working" ? `${BASE}/invocation/${this.#requestId}/error` : `${BASE}/init/error`;
    this.#socket.write(this.#post(path, errorHeaders(document), body, ""));
  }

  hold(alive: boolean): void {
    if (alive) this.#socket.ref();
    else this.#socket.unref();
  }

  #postAndNext(verb: "response" | "error", headers: string, body: Buffer): void {
    this.#socket.ref();
    this.#phase = "waiting";
    this.#awaited.push(
      () => {},
      (answer) => this.#received(answer),
    );
    const path = `${BASE}/invocation/${this.#requestId}/${verb}`;
    this.#socket.write(this.#post(path, headers, body, this.#nextRequest));
  }

  #post(path: string, headers: string, body: Buffer, after: string): Buffer {
    const head =
      `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${headers}` + `Content-Length: ${body.length}\r\n\r\n`;
    const bytes = Buffer.allocUnsafe(head.length + body.length + after.length);
    bytes.write(head, 0, "latin1");
    body.copy(bytes, head.length);
    bytes.write(after, head.length + body.length, "latin1");
    return bytes;
  }

  #received(answer: Answer): void {
    const requestId = answer.headers.get("lambda-runtime-aws-request-id");
    if (answer.status !== 200 || requestId === undefined) process.exit(1);
    this.#requestId = encodeURIComponent(requestId);
    this.#phase = "working";
    this.#take({ requestId, headers: answer.headers, body: answer.body });
  }
}

function errorHeaders(document: NodeErrorDocument): string {
  const type = String(document.errorType).replace(/[^\x20-\x7e]/g, "");
  return `Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${type}\r\n`;
}

/** Takes answers apart: those of our own platform, which always says their length. */
function answerReader(take: (answer: Answer) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  let missing = 0;
  const parts: Buffer[] = [];
  return (chunk) => {
    if (missing > chunk.length) {
      parts.push(chunk);
      missing -= chunk.length;
      return;
    }
    held = parts.length > 0 ? Buffer.concat([...parts.splice(0), chunk]) : chunk;
    for (;;) {
      const headEnd = held.indexOf("\r\n\r\n");
      if (headEnd < 0) break;
      const { status, headers } = readHead(held.toString("latin1", 0, headEnd));
      const end = headEnd + 4 + Number(headers.get("content-length") ?? 0);
      if (held.length < end) {
        missing = end - held.length;
        parts.push(held);
        return;
      }
      const body = held.subarray(headEnd + 4, end);
      held = held.subarray(end);
      take({ status, headers, body });
    }
    missing = 0;
    if (held.length > 0) parts.push(held);
  };
}

function readHead(text: string): { status: number; headers: Map<string, string> } {
  const headers = new Map<string, string>();
  const lines = text.split("\r\n");
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at]!;
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 2));
  }
  return { status: Number(lines[0]!.slice(9, 12)), headers };
}
