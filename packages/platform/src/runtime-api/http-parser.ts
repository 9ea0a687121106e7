import { BodyParts } from "./body-parts.ts";
import {
  failure,
  type ParseFailure,
  parseFields,
  parseHead,
  parseRequestLine,
  type RequestHead,
} from "./http-head.ts";

/**
 * An incremental parser of HTTP/1.1 requests for the Runtime API.
 *
 * `node:http` costs more per invocation than everything else on the local path, and a runtime client speaks a
 * small part of the protocol. So that part is parsed by hand, and strictly: a request line of three tokens,
 * header lines that end in CRLF without folding, one body length. Whatever else arrives is a failure, after
 * which the parser stays shut and its owner answers and closes.
 *
 * Invariants: what comes out does not depend on how the bytes were cut into chunks; nothing is held beyond
 * `maxHeadBytes` of head and `maxBodyBytes` of body. A larger body is counted to its end and dropped
 * (`tooLarge`), so that the connection stays in step and the client can be told; above `maxDiscardBytes` it
 * is a failure.
 */
export interface RequestParser {
  /** Takes bytes as they arrive; after a failure it takes no more. */
  push(chunk: Buffer): ParseResult;
}

/** Bounds of what one connection may make the parser hold or read. */
export interface ParserLimits {
  readonly maxHeadBytes: number;
  readonly maxBodyBytes: number;
  /** Size of a body that is still read to its end although it is over the limit. */
  readonly maxDiscardBytes: number;
}

export interface ParsedRequest {
  readonly head: RequestHead;
  /** Empty when `tooLarge`. */
  readonly body: Buffer;
  readonly tooLarge: boolean;
  /** Fields that follow a chunked body. */
  readonly trailers: ReadonlyMap<string, string>;
}

/** What the bytes so far amounted to: whole requests in order, then perhaps the failure that ended it. */
export interface ParseResult {
  readonly requests: readonly ParsedRequest[];
  /** A client waits for `100 Continue`. */
  readonly continueDue: boolean;
  readonly failure: ParseFailure | null;
}

type Stage =
  | { readonly kind: "head" }
  | { readonly kind: "body"; remaining: number }
  | { readonly kind: "chunk-size" }
  | { readonly kind: "chunk"; remaining: number }
  | { readonly kind: "chunk-end" }
  | { readonly kind: "trailers" };

/** What one step found: nothing yet (`wait`), something (`on`), a whole request (`whole`), or a failure. */
type Step = "wait" | "on" | "whole" | ParseFailure;

const EMPTY: Buffer = Buffer.alloc(0);
const NO_FIELDS: ReadonlyMap<string, string> = new Map();
const HEAD: Stage = { kind: "head" };
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,8})[ \t]*(;[\t\x20-\x7e]*)?$/;
const MAX_CHUNK_LINE_BYTES = 256;

export function createRequestParser(limits: ParserLimits): RequestParser {
  const reader = new Reader(limits);
  return { push: (chunk) => reader.push(chunk) };
}

class Reader {
  readonly #limits: ParserLimits;
  #stage: Stage = HEAD;
  #failure: ParseFailure | null = null;
  #data: Buffer = EMPTY;
  #at = 0;
  #head: RequestHead | null = null;
  /** The last head without a body: a client asks for its next invocation in the same words every time. */
  #again: { readonly text: string; readonly head: RequestHead } | null = null;
  readonly #body = new BodyParts();
  #bodyBytes = 0;
  #trailers: ReadonlyMap<string, string> = NO_FIELDS;
  #continueDue = false;

  constructor(limits: ParserLimits) {
    this.#limits = limits;
  }

  push(chunk: Buffer): ParseResult {
    const requests: ParsedRequest[] = [];
    if (this.#failure !== null) return { requests, continueDue: false, failure: this.#failure };
    this.#data = this.#data.length === 0 ? chunk : Buffer.concat([this.#data, chunk]);
    this.#at = 0;
    this.#continueDue = false;
    for (let step = this.#step(); step !== "wait"; step = this.#step()) {
      if (step === "whole") requests.push(this.#take());
      else if (step !== "on") {
        this.#failure = step;
        this.#data = EMPTY;
        this.#body.clear();
        return { requests, continueDue: false, failure: step };
      }
    }
    this.#data = this.#at === this.#data.length ? EMPTY : this.#data.subarray(this.#at);
    return { requests, continueDue: this.#continueDue, failure: null };
  }

  #step(): Step {
    const stage = this.#stage;
    switch (stage.kind) {
      case "head":
        return this.#readHead();
      case "body":
        return this.#readBytes(stage, "whole");
      case "chunk-size":
        return this.#readChunkSize();
      case "chunk":
        return this.#readBytes(stage, "on");
      case "chunk-end":
        return this.#readChunkEnd();
      case "trailers":
        return this.#readTrailers();
    }
  }

  #readHead(): Step {
    if (this.#at === this.#data.length) return "wait";
    const end = this.#data.indexOf("\r\n\r\n", this.#at);
    if (end < 0 || end - this.#at > this.#limits.maxHeadBytes) return this.#refuseEarly();
    const text = this.#data.toString("latin1", this.#at, end);
    const head = text === this.#again?.text ? this.#again.head : parseHead(text);
    if ("kind" in head) return head;
    this.#at = end + 4;
    this.#head = head;
    this.#continueDue = head.expectsContinue;
    if (head.framing.kind === "chunked") {
      this.#stage = { kind: "chunk-size" };
      return "on";
    }
    const length = head.framing.lengthBytes;
    if (length > this.#limits.maxDiscardBytes) return failure(413, "body too large");
    if (length === 0) {
      this.#again = { text, head };
      return "whole";
    }
    this.#bodyBytes = length;
    this.#stage = { kind: "body", remaining: length };
    return "on";
  }

  /** A head that is not complete, or too long: what already shows that it never will be a good one. */
  #refuseEarly(): Step {
    const lineEnd = this.#data.indexOf("\r\n", this.#at);
    const bound = this.#at + this.#limits.maxHeadBytes;
    if (lineEnd >= 0 && lineEnd <= bound) {
      const line = parseRequestLine(this.#data.toString("latin1", this.#at, lineEnd));
      if (line.kind === "failure") return line;
    } else {
      const first = this.#data[this.#at]!;
      if (first < 0x41 || first > 0x5a) return failure(400, "malformed request line");
    }
    const tooLong = this.#data.length - this.#at >= this.#limits.maxHeadBytes + 4;
    return tooLong ? failure(431, "request head too large") : "wait";
  }

  #readBytes(stage: { remaining: number }, then: "whole" | "on"): Step {
    const available = Math.min(stage.remaining, this.#data.length - this.#at);
    if (available === 0) return "wait";
    if (this.#bodyBytes <= this.#limits.maxBodyBytes) {
      this.#body.add(this.#data.subarray(this.#at, this.#at + available));
    } else {
      this.#body.clear();
    }
    this.#at += available;
    stage.remaining -= available;
    if (stage.remaining > 0) return "wait";
    if (then === "on") this.#stage = { kind: "chunk-end" };
    return then;
  }

  #readChunkSize(): Step {
    const line = this.#line(MAX_CHUNK_LINE_BYTES);
    if (line === null) {
      const tooLong = this.#data.length - this.#at >= MAX_CHUNK_LINE_BYTES + 2;
      return tooLong ? failure(400, "malformed chunk size") : "wait";
    }
    const size = CHUNK_SIZE.exec(line)?.[1];
    if (size === undefined) return failure(400, "malformed chunk size");
    const length = Number.parseInt(size, 16);
    this.#bodyBytes += length;
    if (this.#bodyBytes > this.#limits.maxDiscardBytes) return failure(413, "body too large");
    this.#stage = length === 0 ? { kind: "trailers" } : { kind: "chunk", remaining: length };
    return "on";
  }

  #readChunkEnd(): Step {
    if (this.#data.length - this.#at < 2) return "wait";
    if (this.#data[this.#at] !== 13 || this.#data[this.#at + 1] !== 10) {
      return failure(400, "chunk without end");
    }
    this.#at += 2;
    this.#stage = { kind: "chunk-size" };
    return "on";
  }

  #readTrailers(): Step {
    if (this.#data.length - this.#at < 2) return "wait";
    if (this.#data[this.#at] === 13 && this.#data[this.#at + 1] === 10) {
      this.#at += 2;
      return "whole";
    }
    const end = this.#data.indexOf("\r\n\r\n", this.#at);
    if (end < 0 || end - this.#at > this.#limits.maxHeadBytes) {
      const tooLong = this.#data.length - this.#at >= this.#limits.maxHeadBytes + 4;
      return tooLong ? failure(431, "trailers too large") : "wait";
    }
    const fields = parseFields(this.#data.toString("latin1", this.#at, end));
    if (fields === null) return failure(400, "malformed trailer");
    this.#trailers = fields;
    this.#at = end + 4;
    return "whole";
  }

  /** The next line without its end; null while it is not complete, or where it is longer than the bound. */
  #line(maxBytes: number): string | null {
    const end = this.#data.indexOf("\r\n", this.#at);
    if (end < 0 || end - this.#at > maxBytes) return null;
    const line = this.#data.toString("latin1", this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #take(): ParsedRequest {
    const tooLarge = this.#bodyBytes > this.#limits.maxBodyBytes;
    const request: ParsedRequest = {
      head: this.#head!,
      body: tooLarge ? EMPTY : this.#body.take(),
      tooLarge,
      trailers: this.#trailers,
    };
    this.#stage = HEAD;
    this.#head = null;
    this.#bodyBytes = 0;
    this.#trailers = NO_FIELDS;
    return request;
  }
}
