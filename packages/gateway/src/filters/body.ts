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
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const { signal } = exchange.abort;
    const fail = (error: unknown) => {
      request.off("data", take).pause();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) fail(tooLarge(maxBytes));
    };
    if (signal.aborted) return fail(signal.reason);
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(chunks, bytes)));
    request.once("error", fail);
  });
}

function tooLarge(maxBytes: number): TulleError {
  return new TulleError("TULLE5003", `The body is larger than ${maxBytes} bytes.`);
}
