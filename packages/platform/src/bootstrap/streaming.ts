import { Writable } from "node:stream";

/**
 * Streaming handlers: what they declare, and the stream that they write to. The whole response is sent at its
 * end.
 */
export class ResponseStream extends Writable {
  contentType = "application/octet-stream";
  readonly #parts: Buffer[] = [];

  setContentType(contentType: string): void {
    this.contentType = contentType;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  // Anything that is not bytes or text goes out as JSON, as Lambda does.
  override write(chunk: unknown, ...rest: never[]): boolean {
    const raw = typeof chunk === "string" || chunk instanceof Uint8Array;
    return super.write(raw ? chunk : JSON.stringify(chunk), ...rest);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#parts.push(Buffer.from(chunk));
    done();
  }
}

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");
const PRELUDE_CONTENT_TYPE = "application/vnd.awslambda.http-integration-response";

/** The global that Lambda gives to functions. */
export const awslambda = {
  streamifyResponse(handler: Record<symbol, unknown>, options?: { highWaterMark?: number }): unknown {
    handler[STREAMING] = "response";
    if (typeof options?.highWaterMark === "number") handler[HIGH_WATER_MARK] = options.highWaterMark;
    return handler;
  },
  HttpResponseStream: {
    /** Puts status and headers in front of the body: JSON, eight NUL bytes, body. */
    from(stream: ResponseStream, prelude: unknown): ResponseStream {
      stream.setContentType(PRELUDE_CONTENT_TYPE);
      stream.write(JSON.stringify(prelude));
      stream.write(new Uint8Array(8));
      return stream;
    },
  },
};

export function isStreaming(handler: unknown): boolean {
  return (handler as Record<symbol, unknown>)[STREAMING] === "response";
}
