/**
 * An incremental, strict reader of one HTTP/1.1 response.
 *
 * Node's own client is most of what a call through the mesh would cost: 140 us of 160, where a socket that is
 * written to and read from by hand takes 40. So the mesh's requests are read here. Strict, because a lenient
 * reader is how one answer is taken for another: whatever is not plainly HTTP/1.1 is `bad`, and its
 * connection is closed.
 *
 * Invariants: what comes out does not depend on how the bytes were cut into chunks; a chunk may be reused by
 * its owner as soon as `push` returns; nothing is held beyond `MAX_HEAD_BYTES` of head and the given bound of
 * body; bytes after the end make the connection unfit for another request.
 */
import {
  type Framing,
  isField,
  parseResponseHead,
  type ResponseHead,
  type WireHeaders,
} from "./response-head.ts";

export interface WireResponse {
  readonly status: number;
  readonly headers: WireHeaders;
  readonly body: Buffer;
}

/** An answer as it was received; its headers are taken apart when they are asked for. */
class Received implements WireResponse {
  readonly status: number;
  readonly body: Buffer;
  readonly #head: ResponseHead;

  constructor(head: ResponseHead, body: Buffer) {
    this.status = head.status;
    this.body = body;
    this.#head = head;
  }

  get headers(): WireHeaders {
    return this.#head.headers;
  }

  header(name: string): string | undefined {
    return this.#head.header(name);
  }
}

/** One header that is sent once, without taking all the others apart. */
export function headerOf(response: WireResponse, name: string): string | undefined {
  if (response instanceof Received) return response.header(name);
  return response.headers[name]?.toString();
}

/** `more`: not all there yet. `oversized`: the body is larger than the bound. */
export type Progress = "more" | "whole" | "bad" | "oversized";

type Stage = "head" | "sized" | "chunkSize" | "chunk" | "chunkEnd" | "trailers" | "untilClose" | "done";

const MAX_HEAD_BYTES = 32 * 1024;
const MAX_CHUNK_LINE_BYTES = 256;
/** Interim answers (1xx) before the real one. */
const MAX_INTERIM = 8;
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;[\t\x20-\x7e]*)?$/;
const FIRST_BYTES = "HTTP/1.";
const CR = 13;
const EMPTY: Buffer = Buffer.alloc(0);

export class ResponseParser {
  /** Whether the connection may carry another request; known once the answer is whole. */
  reusable = false;
  readonly #isHead: boolean;
  readonly #maxBodyBytes: number;
  #stage: Stage = "head";
  #head: ResponseHead | null = null;
  #interim = 0;
  /** What is being read, and how far. */
  #data: Buffer = EMPTY;
  #at = 0;
  /** The body of known length, filled up to `#bodyBytes`. */
  #body: Buffer = EMPTY;
  #parts: Buffer[] = [];
  #bodyBytes = 0;
  #chunkBytes = 0;
  #trailerBytes = 0;

  constructor(isHead: boolean, maxBodyBytes: number) {
    this.#isHead = isHead;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Takes bytes as they arrive; after `bad` or `oversized` it is of no more use. */
  push(chunk: Buffer): Progress {
    this.#data = this.#data.length === 0 ? chunk : Buffer.concat([this.#data, chunk]);
    this.#at = 0;
    let progress: Progress | "on";
    do progress = this.#step();
    while (progress === "on");
    const left = this.#at < this.#data.length;
    if (progress === "whole") this.reusable = this.#head!.keepAlive && !left;
    this.#data = left && progress === "more" ? Buffer.from(this.#data.subarray(this.#at)) : EMPTY;
    return progress;
  }

  /** The connection ended, which is how some answers do. */
  end(): Progress {
    if (this.#stage !== "untilClose") return "bad";
    this.#stage = "done";
    return "whole";
  }

  /** The answer, once it is whole. */
  response(): WireResponse {
    return new Received(this.#head!, this.#parts.length === 0 ? this.#body : Buffer.concat(this.#parts));
  }

  #step(): Progress | "on" {
    if (this.#stage === "done") return "whole";
    if (this.#at === this.#data.length) return "more";
    switch (this.#stage) {
      case "head":
        return this.#readHead();
      case "sized":
        return this.#readSized();
      case "chunkSize":
        return this.#readChunkSize();
      case "chunk":
        return this.#readPart(this.#chunkBytes);
      case "chunkEnd":
        return this.#readChunkEnd();
      case "trailers":
        return this.#readTrailer();
      case "untilClose":
        return this.#readPart(Number.POSITIVE_INFINITY);
    }
  }

  #readHead(): Progress | "on" {
    const end = this.#data.indexOf("\r\n\r\n", this.#at);
    const length = (end < 0 ? this.#data.length - 3 : end) - this.#at;
    if (length > MAX_HEAD_BYTES) return "bad";
    if (end < 0) {
      const start = this.#data.toString("latin1", this.#at, this.#at + FIRST_BYTES.length);
      return FIRST_BYTES.startsWith(start) ? "more" : "bad";
    }
    const head = parseResponseHead(this.#data.toString("latin1", this.#at, end), this.#isHead);
    if (head === null || head.status === 101) return "bad";
    this.#at = end + 4;
    if (head.status < 200) return ++this.#interim > MAX_INTERIM ? "bad" : "on";
    this.#head = head;
    return this.#beginBody(head.framing);
  }

  #beginBody(framing: Framing): Progress | "on" {
    if (typeof framing === "number") {
      if (framing > this.#maxBodyBytes) return "oversized";
      this.#stage = framing === 0 ? "done" : "sized";
      if (framing > 0) this.#body = Buffer.allocUnsafe(framing);
    } else this.#stage = framing === "chunked" ? "chunkSize" : "untilClose";
    return "on";
  }

  #readSized(): "on" {
    const copied = this.#data.copy(this.#body, this.#bodyBytes, this.#at);
    this.#at += copied;
    this.#bodyBytes += copied;
    if (this.#bodyBytes === this.#body.length) this.#stage = "done";
    return "on";
  }

  #readChunkSize(): Progress | "on" {
    const line = this.#line(MAX_CHUNK_LINE_BYTES);
    if (line === null) return this.#isLongerThan(MAX_CHUNK_LINE_BYTES) ? "bad" : "more";
    const size = CHUNK_SIZE.exec(line)?.[1];
    if (size === undefined) return "bad";
    this.#chunkBytes = Number.parseInt(size, 16);
    if (this.#bodyBytes + this.#chunkBytes > this.#maxBodyBytes) return "oversized";
    this.#stage = this.#chunkBytes === 0 ? "trailers" : "chunk";
    return "on";
  }

  #readPart(wantedBytes: number): Progress | "on" {
    const part = Buffer.from(this.#data.subarray(this.#at, this.#at + wantedBytes));
    this.#at += part.length;
    this.#bodyBytes += part.length;
    if (this.#bodyBytes > this.#maxBodyBytes) return "oversized";
    this.#parts.push(part);
    this.#chunkBytes -= part.length;
    if (part.length === wantedBytes) this.#stage = "chunkEnd";
    return "on";
  }

  #readChunkEnd(): Progress | "on" {
    if (this.#data.length - this.#at < 2) return this.#data[this.#at] === CR ? "more" : "bad";
    if (this.#line(0) === null) return "bad";
    this.#stage = "chunkSize";
    return "on";
  }

  /** Trailers are checked and dropped. */
  #readTrailer(): Progress | "on" {
    const line = this.#line(MAX_HEAD_BYTES);
    if (line === null) return this.#isLongerThan(MAX_HEAD_BYTES) ? "bad" : "more";
    this.#trailerBytes += line.length;
    if (line === "") this.#stage = "done";
    else if (this.#trailerBytes > MAX_HEAD_BYTES || !isField(line)) return "bad";
    return "on";
  }

  /** The next line without its end; null while it is not complete, or where it is longer than the bound. */
  #line(maxBytes: number): string | null {
    const end = this.#data.indexOf("\r\n", this.#at);
    if (end < 0 || end - this.#at > maxBytes) return null;
    const line = this.#data.toString("latin1", this.#at, end);
    this.#at = end + 2;
    return line;
  }

  /** Whether a line that has no end yet, or has it too late, can no longer fit. */
  #isLongerThan(maxBytes: number): boolean {
    return this.#data.length - this.#at >= maxBytes + 2;
  }
}
