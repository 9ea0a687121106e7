import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Channel } from "./channel.ts";
import { type AnswerableCall, Connection, type RuntimeClientLine, type Verdict } from "./connection.ts";
import type { ChannelInvocation } from "./frames.ts";

/**
 * The Runtime API of one environment: a listener of its own on 127.0.0.1, on a port that the system picks,
 * and the private channel of the process where its runtime client is ours.
 *
 * A client is told `host:port` and nothing else. Some clients glue it into a URL and would take a path behind
 * it, others use it as a socket address and would not, so the environment cannot be named in the path. One
 * loopback address per environment (127.x.y.z) works on Linux alone. A port per environment works everywhere
 * and costs 0.2 ms to open. Whoever on this machine finds the port can speak for the environment: a platform
 * on loopback trusts its machine.
 *
 * A client that asks for `next` on a second line has lost the first one, which is closed.
 */
export interface RuntimeApiServer {
  /** Value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Takes the platform's end of a process's private channel. */
  adopt(channel: Duplex): void;
  /** Answers the hanging `next`; false where none hangs any more. */
  answerNext(next: ChannelInvocation, payload: Uint8Array): boolean;
  /** Closes every connection: the process behind them is gone or about to be. */
  disconnect(): void;
  close(): Promise<void>;
}

/** The environment's side. */
export interface RuntimeApiOwner {
  called(call: AnswerableCall): Verdict;
  /** The connection that held `next` is gone. */
  nextLost(): void;
}

const MAX_CONNECTIONS = 16;

export async function openRuntimeApi(owner: RuntimeApiOwner): Promise<RuntimeApiServer> {
  const api = new Api(owner);
  await api.listen();
  return api;
}

class Api implements RuntimeApiServer {
  readonly #owner: RuntimeApiOwner;
  readonly #server: Server;
  readonly #lines = new Set<RuntimeClientLine>();
  #holding: RuntimeClientLine | null = null;
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

  adopt(channel: Duplex): void {
    const line: Channel = new Channel(channel, (call) => this.#verdict(call, line));
    this.#keep(line, channel);
  }

  answerNext(next: ChannelInvocation, payload: Uint8Array): boolean {
    const line = this.#holding;
    this.#holding = null;
    return line?.release(next, payload) ?? false;
  }

  disconnect(): void {
    this.#holding = null;
    for (const line of this.#lines) line.destroy();
    this.#lines.clear();
  }

  async close(): Promise<void> {
    this.disconnect();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const line: Connection = new Connection(socket, (call) => this.#verdict(call, line));
    this.#keep(line, socket);
  }

  #keep(line: RuntimeClientLine, stream: Duplex): void {
    this.#lines.add(line);
    stream.on("close", () => {
      this.#lines.delete(line);
      if (this.#holding !== line) return;
      this.#holding = null;
      this.#owner.nextLost();
    });
  }

  #verdict(call: AnswerableCall, line: RuntimeClientLine): Verdict {
    if (call.kind !== "next") return this.#owner.called(call);
    // Known before the owner is asked: it may have an invocation at hand and answer at once.
    const before = this.#holding;
    this.#holding = line;
    const verdict = this.#owner.called(call);
    if (verdict.kind !== "hold") this.#holding = before;
    else if (before !== null && before !== line) before.destroy();
    return verdict;
  }
}
