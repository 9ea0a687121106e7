import type { Socket } from "node:net";
import {
  ACCEPTED,
  CONTINUE,
  httpRefusal,
  INVALID_REQUEST_ID,
  INVALID_RESPONSE_MODE,
  MAX_RESPONSE_BYTES,
  nextAnswer,
  PONG,
  stateRefused,
  TOO_LARGE,
} from "./answer.ts";
import { type RuntimeCall, readCall } from "./call.ts";
import type { ChannelInvocation } from "./frames.ts";
import { createRequestParser, type ParsedRequest, type ParserLimits } from "./http-parser.ts";

/** Calls that the environment answers; the others need no state. */
export type AnswerableCall = Exclude<RuntimeCall, { kind: "ping" | "unknown" }>;

/** What the environment says to a call. `hold` is for `next`: the answer comes later. */
export type Verdict =
  | { readonly kind: "hold" }
  | { readonly kind: "accepted" | "invalid-id" | "invalid-mode" | "too-large" }
  | { readonly kind: "forbidden"; readonly from: string; readonly to: string };

/** The platform's end of a runtime client's line, whatever they speak over it. */
export interface RuntimeClientLine {
  /** Answers the held `next`; false where none is held or the client is gone. */
  release(next: ChannelInvocation, payload: Uint8Array): boolean;
  destroy(): void;
}

const LIMITS: ParserLimits = {
  maxHeadBytes: 64 * 1024,
  maxBodyBytes: MAX_RESPONSE_BYTES,
  maxDiscardBytes: 64 * 1024 * 1024,
};
const MAX_WAITING_REQUESTS = 16;

/**
 * One connection of a runtime client: bytes to calls, verdicts to bytes, in order.
 *
 * While `next` hangs, later requests wait behind it. A client that sends its response and the request for the
 * next invocation in one packet does not wait in between, so both answers leave in one packet too, when the
 * next invocation comes: one system call and one wake-up of the function less for every invocation.
 */
export class Connection implements RuntimeClientLine {
  readonly #socket: Socket;
  readonly #decide: (call: AnswerableCall) => Verdict;
  readonly #parser = createRequestParser(LIMITS);
  readonly #waiting: ParsedRequest[] = [];
  #unsent: Buffer[] = [];
  #held = false;
  /** The client does not keep the connection after the request at hand. */
  #last = false;

  constructor(socket: Socket, decide: (call: AnswerableCall) => Verdict) {
    this.#socket = socket;
    this.#decide = decide;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", () => socket.destroy());
  }

  /** What waited behind the held `next` is answered after it. */
  release(next: ChannelInvocation, payload: Uint8Array): boolean {
    if (!this.#held || this.#socket.destroyed) return false;
    this.#held = false;
    this.#unsent.push(nextAnswer(next, payload));
    this.#drain();
    return true;
  }

  destroy(): void {
    this.#held = false;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const { requests, continueDue, failure } = this.#parser.push(chunk);
    for (const request of requests) this.#waiting.push(request);
    if (this.#waiting.length > MAX_WAITING_REQUESTS) this.destroy();
    this.#drain();
    if (failure !== null) this.#socket.end(httpRefusal(failure.status, failure.reason));
    else if (continueDue && !this.#held) this.#socket.write(CONTINUE);
  }

  #drain(): void {
    while (!this.#held && !this.#last && this.#socket.writable) {
      const request = this.#waiting.shift();
      if (request === undefined) break;
      this.#last = !request.head.keepAlive;
      const answer = this.#answer(request);
      if (answer !== null) this.#unsent.push(answer);
    }
    if (!this.#held) this.#flush();
  }

  #flush(): void {
    const unsent = this.#unsent;
    if (unsent.length > 0 && this.#socket.writable) {
      this.#unsent = [];
      this.#socket.write(unsent.length === 1 ? unsent[0]! : Buffer.concat(unsent));
    }
    if (this.#last) this.#socket.end();
  }

  /** Null where the answer comes later. */
  #answer(request: ParsedRequest): Buffer | null {
    const call = readCall(request);
    if (call.kind === "ping") return PONG;
    if (call.kind === "unknown") return httpRefusal(call.status, "not part of the Runtime API");
    // Known before the environment is asked: it may have an invocation at hand and release it at once.
    if (call.kind === "next") this.#held = true;
    const verdict = this.#decide(call);
    if (verdict.kind === "hold") return null;
    this.#held = false;
    return bytesOf(verdict);
  }
}

function bytesOf(verdict: Exclude<Verdict, { kind: "hold" }>): Buffer {
  switch (verdict.kind) {
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
