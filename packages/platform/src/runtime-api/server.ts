import { createServer, type Server, type Socket } from "node:net";
import {
  ACCEPTED,
  CONTINUE,
  httpRefusal,
  INVALID_REQUEST_ID,
  INVALID_RESPONSE_MODE,
  MAX_RESPONSE_BYTES,
  PONG,
  stateRefused,
  TOO_LARGE,
} from "./answer.ts";
import { type RuntimeCall, readCall } from "./call.ts";
import { createRequestParser, type ParsedRequest, type ParserLimits } from "./http-parser.ts";

/**
 * The Runtime API of one environment: a listener of its own on 127.0.0.1, on a port that the system picks.
 *
 * A client is told `host:port` and nothing else. Some clients glue it into a URL and would take a path behind it, others
 * use it as a socket address and would not, so the environment cannot be named in the path. One loopback address per
 * environment (127.x.y.z) works on Linux alone. A port per environment works everywhere and costs 0.2 ms to open.
 *
 * Calls are answered in order on each connection: while `next` hangs, later requests of that connection wait behind
 * it. A client that asks for `next` on a second connection has lost the first one, which is closed.
 */
export interface RuntimeApiServer {
  /** Value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Answers the hanging `next`; false where none hangs any more. */
  answerNext(answer: Buffer): boolean;
  /** Closes every connection: the process behind them is gone or about to be. */
  disconnect(): void;
  close(): Promise<void>;
}

/** What the environment says to a call. `hold` is for `next`: the answer comes later. */
export type Verdict =
  | { readonly kind: "hold" | "accepted" | "invalid-id" | "invalid-mode" | "too-large" }
  | { readonly kind: "forbidden"; readonly from: string; readonly to: string };

/** The environment's side. */
export interface RuntimeApiOwner {
  called(call: Exclude<RuntimeCall, { kind: "ping" | "unknown" }>): Verdict;
  /** The connection that held `next` is gone. */
  nextLost(): void;
}

const LIMITS: ParserLimits = {
  maxHeadBytes: 64 * 1024,
  maxBodyBytes: MAX_RESPONSE_BYTES,
  maxDiscardBytes: 64 * 1024 * 1024,
};
const MAX_CONNECTIONS = 16;
const MAX_WAITING_REQUESTS = 16;

export async function openRuntimeApi(owner: RuntimeApiOwner): Promise<RuntimeApiServer> {
  const api = new Api(owner);
  await api.listen();
  return api;
}

class Api implements RuntimeApiServer {
  readonly #owner: RuntimeApiOwner;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #holding: Connection | null = null;
  #address = "";

  constructor(owner: RuntimeApiOwner) {
    this.#owner = owner;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  get address(): string {
    return this.#address;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    if (typeof address === "object" && address !== null) this.#address = `127.0.0.1:${address.port}`;
  }

  answerNext(answer: Buffer): boolean {
    const connection = this.#holding;
    this.#holding = null;
    return connection?.release(answer) ?? false;
  }

  disconnect(): void {
    this.#holding = null;
    for (const connection of this.#connections) connection.destroy();
    this.#connections.clear();
  }

  async close(): Promise<void> {
    this.disconnect();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, (call) => this.#verdict(call, connection));
    this.#connections.add(connection);
    socket.on("close", () => {
      this.#connections.delete(connection);
      if (this.#holding !== connection) return;
      this.#holding = null;
      this.#owner.nextLost();
    });
  }

  #verdict(call: Parameters<RuntimeApiOwner["called"]>[0], connection: Connection): Verdict {
    if (call.kind !== "next") return this.#owner.called(call);
    // Known before the owner is asked: it may have an invocation at hand and answer at once.
    const before = this.#holding;
    this.#holding = connection;
    const verdict = this.#owner.called(call);
    if (verdict.kind !== "hold") this.#holding = before;
    else if (before !== null && before !== connection) before.destroy();
    return verdict;
  }
}

/** One connection: bytes to calls, verdicts to bytes, in order. */
class Connection {
  readonly #socket: Socket;
  readonly #decide: (call: Parameters<RuntimeApiOwner["called"]>[0]) => Verdict;
  readonly #parser = createRequestParser(LIMITS);
  readonly #waiting: ParsedRequest[] = [];
  #held = false;
  /** The client of the held `next` does not keep the connection. */
  #last = false;

  constructor(socket: Socket, decide: (call: Parameters<RuntimeApiOwner["called"]>[0]) => Verdict) {
    this.#socket = socket;
    this.#decide = decide;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", () => socket.destroy());
  }

  /** Answers the held `next`, then what waited behind it. */
  release(answer: Buffer): boolean {
    if (!this.#held || this.#socket.destroyed) return false;
    this.#held = false;
    this.#socket.write(answer);
    if (this.#last) this.#socket.end();
    else this.#drain();
    return true;
  }

  destroy(): void {
    this.#held = false;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const { requests, continueDue, failure } = this.#parser.push(chunk);
    for (const request of requests) this.#waiting.push(request);
    if (this.#waiting.length > MAX_WAITING_REQUESTS) return this.destroy();
    this.#drain();
    if (failure !== null) this.#socket.end(httpRefusal(failure.status, failure.reason));
    else if (continueDue && !this.#held) this.#socket.write(CONTINUE);
  }

  #drain(): void {
    while (!this.#held && this.#socket.writable) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      const answer = this.#answer(request);
      if (answer !== null) this.#socket.write(answer);
      if (!request.head.keepAlive) this.#last = true;
      if (this.#last && !this.#held) this.#socket.end();
    }
  }

  /** Null where the answer comes later. */
  #answer(request: ParsedRequest): Buffer | null {
    const call = readCall(request);
    if (call.kind === "ping") return PONG;
    if (call.kind === "unknown") return httpRefusal(call.status, "not part of the Runtime API");
    if (call.kind === "next") this.#held = true;
    const verdict = this.#decide(call);
    if (verdict.kind !== "hold") this.#held = false;
    switch (verdict.kind) {
      case "hold":
        return null;
      case "accepted":
        return ACCEPTED;
      case "invalid-id":
        return INVALID_REQUEST_ID;
      case "invalid-mode":
        return INVALID_RESPONSE_MODE;
      case "too-large":
        return TOO_LARGE;
      case "forbidden":
        return stateRefused(verdict.from, verdict.to);
    }
  }
}
