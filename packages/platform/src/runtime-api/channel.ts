import type { Duplex } from "node:stream";
import { MAX_RESPONSE_BYTES } from "./answer.ts";
import { type ErrorCall, type ResponseCall, validErrorType } from "./call.ts";
import type { AnswerableCall, RuntimeClientLine, Verdict } from "./connection.ts";
import { type ChannelInvocation, createFrameReader, encodeFrame } from "./frames.ts";

const NO_BYTES: Buffer = Buffer.alloc(0);
const TAKEN: Buffer = encodeFrame("taken", NO_BYTES);
const LIMITS = { maxHeadBytes: 1024, maxBodyBytes: MAX_RESPONSE_BYTES } as const;

/**
 * The private channel of a runtime client of ours, seen from the platform: frames to calls, invocations to
 * frames. The client speaks for the invocation that it was given last, so frames carry no request id; what
 * it may say when is the environment's business, as for every client. One that says what the environment
 * refuses, or what is no frame, loses its channel, and ends.
 */
export class Channel implements RuntimeClientLine {
  readonly #stream: Duplex;
  readonly #decide: (call: AnswerableCall) => Verdict;
  #requestId: string | null = null;
  #held = false;

  constructor(stream: Duplex, decide: (call: AnswerableCall) => Verdict) {
    this.#stream = stream;
    this.#decide = decide;
    const reader = createFrameReader(LIMITS, (head, body) => this.#take(head, body));
    stream.on("data", (chunk: Buffer) => {
      if (!reader.push(chunk)) this.destroy();
    });
    stream.on("error", () => stream.destroy());
  }

  release(next: ChannelInvocation, payload: Uint8Array): boolean {
    if (!this.#held || this.#stream.destroyed) return false;
    this.#held = false;
    this.#requestId = next.requestId;
    this.#stream.write(encodeFrame(JSON.stringify(next), payload));
    return true;
  }

  destroy(): void {
    this.#held = false;
    this.#stream.destroy();
  }

  /** `body` is null where it was over the limit. */
  #take(head: string, body: Buffer | null): void {
    if (head === "next") {
      this.#next();
    } else if (head === "response") {
      this.#decide(responseOf(this.#requestId ?? "", body));
      this.#next();
    } else if (head.startsWith("error ")) {
      this.#decide(this.#errorOf(head.slice(6), body));
      this.#next();
    } else if (head.startsWith("fatal ")) {
      const { kind } = this.#decide(this.#errorOf(head.slice(6), body));
      if (kind === "accepted") this.#stream.write(TAKEN);
      else this.destroy();
    } else {
      this.destroy();
    }
  }

  #next(): void {
    // Known before the environment is asked: it may have an invocation at hand and release it at once.
    this.#held = true;
    if (this.#decide({ kind: "next" }).kind !== "hold") this.destroy();
  }

  #errorOf(
    type: string,
    document: Buffer | null,
  ): ErrorCall | Extract<AnswerableCall, { kind: "init-error" }> {
    const errorType = validErrorType(type);
    const body = document ?? NO_BYTES;
    if (this.#requestId === null) return { kind: "init-error", errorType, body };
    return { kind: "error", requestId: this.#requestId, errorType, body };
  }
}

function responseOf(requestId: string, body: Buffer | null): ResponseCall {
  return {
    kind: "response",
    requestId,
    body: body ?? NO_BYTES,
    mode: "buffered",
    tooLarge: body === null,
    streamError: null,
  };
}
