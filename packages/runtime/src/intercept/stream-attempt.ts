import type { ClientRequest, IncomingMessage } from "node:http";
import type { AttemptResult } from "@tulle/core/outcome";
import type { AttemptAnswer } from "../data-plane/data-plane.ts";
import type { WireRequest, WireResponse } from "../wire/exchange.ts";
import { resultOf } from "../wire/lambda-transport.ts";
import type { Intercepted, WireAnswer } from "./wire-transport.ts";

/**
 * One attempt whose answer is streamed: it counts as answered at its head, and its time limit ends there. An
 * error comes in one piece and is read to its end, so that it can be classified and tried again.
 */
export function streamAttempt(call: Intercepted, wire: WireRequest): Promise<AttemptAnswer<WireAnswer>> {
  const { promise, resolve } = Promise.withResolvers<AttemptAnswer<WireAnswer>>();
  const { signal, timeoutMs, body } = wire;
  let reason: "timeout" | "aborted" | null = null;
  const request = open(call, wire);
  const stop = (why: typeof reason): void => {
    reason = why;
    request.destroy();
  };
  const timer = Number.isFinite(timeoutMs) ? setTimeout(stop, timeoutMs, "timeout") : undefined;
  const onAbort = (): void => stop("aborted");
  signal?.addEventListener("abort", onAbort, { once: true });
  request.on("close", () => signal?.removeEventListener("abort", onAbort));
  request.on("response", (message) => {
    clearTimeout(timer);
    void readHead(message).then(resolve);
  });
  request.on("error", (cause: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    const lost =
      cause.syscall === "connect" || cause.syscall === "getaddrinfo" ? "unreachable" : "connectionLost";
    resolve({ result: { kind: "failure", reason: reason ?? lost }, response: null, cause });
  });
  request.end(body);
  if (signal?.aborted) onAbort();
  return promise;
}

function open({ request, outgoing }: Intercepted, wire: WireRequest): ClientRequest {
  const { method, path, headers, body } = wire;
  const length = String(Buffer.byteLength(body));
  const { options, protocol } = outgoing;
  return request({ ...options, protocol, method, path, headers: { ...headers, "content-length": length } });
}

async function readHead(message: IncomingMessage): Promise<AttemptAnswer<WireAnswer>> {
  const { statusCode: status = 0, headers } = message;
  if (status < 300) {
    const result: AttemptResult = {
      kind: "answer",
      status,
      errorCode: "",
      functionError: false,
      errorType: "",
    };
    return { result, response: { kind: "streamed", message } };
  }
  try {
    const response: WireResponse = { status, headers, body: Buffer.concat(await message.toArray()) };
    return { result: resultOf(response), response: { kind: "read", response } };
  } catch (cause) {
    return { result: { kind: "failure", reason: "connectionLost" }, response: null, cause };
  }
}
