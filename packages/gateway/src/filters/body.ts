/**
 * Reads the request's body, within the gateway's limit and a bounded time.
 *
 * A length that is announced too large is refused before a byte is read; a client that asked with `Expect:
 * 100-continue` is only told to go on when its body will be read.
 */
import type { IncomingMessage } from "node:http";
import { TulleError } from "@tulle/core/errors";
import { type Exchange, type Filter, filled } from "../exchange.ts";

export const body: Filter = async (exchange, next) => {
  const { maxBodyBytes } = filled(exchange, "gateway");
  const { request, response, door } = exchange;
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  if (request.headers.expect?.toLowerCase() === "100-continue") response.writeContinue();
  const slow = setTimeout(() => {
    exchange.abort.abort(new TulleError("TULLE5007", "The request's body did not arrive in time."));
  }, door.bodyTimeoutMs);
  try {
    exchange.body = await readBody(request, maxBodyBytes, exchange);
  } finally {
    clearTimeout(slow);
  }
  await next();
};

function readBody(request: IncomingMessage, maxBytes: number, exchange: Exchange): Promise<Buffer> {
  const body = new GatheredBytes();
  return new Promise((resolve, reject) => {
    const { signal } = exchange.abort;
    const fail = (error: unknown) => {
      request.off("data", take).pause();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      body.add(chunk);
      if (body.length > maxBytes) fail(tooLarge(maxBytes));
    };
    if (signal.aborted) return fail(signal.reason);
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    request.on("data", take);
    request.once("end", () => resolve(body.whole()));
    request.once("error", fail);
  });
}

/**
 * What has arrived, in one buffer that grows. A list of the pieces would let a client that sends single bytes
 * take up a hundred times their size.
 */
class GatheredBytes {
  #buffer: Buffer = Buffer.alloc(0);
  length = 0;

  add(piece: Buffer): void {
    const before = this.#buffer;
    const length = this.length + piece.length;
    if (this.length === 0) this.#buffer = piece;
    else if (length > before.length) {
      this.#buffer = Buffer.allocUnsafe(Math.max(length, 2 * before.length));
      before.copy(this.#buffer, 0, 0, this.length);
    }
    if (this.length > 0) piece.copy(this.#buffer, this.length);
    this.length = length;
  }

  whole(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }
}

function tooLarge(maxBytes: number): TulleError {
  return new TulleError("TULLE5003", `The body is larger than ${maxBytes} bytes.`);
}
