/**
 * One attempt of an intercepted call over the agent that the bundle's SDK uses, with the function that was
 * replaced: for answers that stream, and for agents with a will of their own (certificates, a proxy).
 *
 * A streamed answer counts as answered at its head, and its time limit ends there; an error comes in one
 * piece and is read to its end, so that it can be classified and tried again. A kept connection may have died
 * in a freeze: the rule for a second try is the one in `wire/exchange.ts`.
 */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { AttemptAnswer } from "../data-plane/data-plane.ts";
import { monotonicMs } from "../data-plane/ports.ts";
import { answered } from "../wire/answered.ts";
import { DEAD_SOCKET_MS, type WireRequest } from "../wire/exchange.ts";
import { failed, resultOf } from "../wire/lambda-transport.ts";
import { startLimit } from "../wire/limit.ts";
import type { Intercepted, WireAnswer } from "./wire-transport.ts";

type Answer = AttemptAnswer<WireAnswer>;

export function agentAttempt(call: Intercepted, wire: WireRequest): Promise<Answer> {
  return new Promise((resolve) => {
    let request: ClientRequest | undefined;
    let release: (() => void) | undefined;
    const settle = (answer: Answer): void => {
      release?.();
      signal?.removeEventListener("abort", onAbort);
      resolve(answer);
    };
    const stop = (reason: "timeout" | "aborted", cause?: unknown): void => {
      settle(failed(reason, cause));
      request?.destroy();
    };
    const { signal, timeoutMs } = wire;
    const onAbort = (): void => stop("aborted", signal?.reason);
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener("abort", onAbort);
    release = startLimit(timeoutMs, false, () => stop("timeout"));
    const attempt = (isSecond: boolean): void => {
      const sentAtMs = monotonicMs();
      request = open(call, wire);
      const sent = request;
      let bytesBefore = 0;
      sent.on("socket", (socket) => {
        bytesBefore = socket.bytesRead;
      });
      sent.on("response", (message) => {
        void readAnswer(message, call.lambda.form === "stream").then(settle);
      });
      sent.on("error", (cause: NodeJS.ErrnoException) => {
        const isDead = sent.reusedSocket && sent.socket?.bytesRead === bytesBefore;
        if (isDead && !isSecond && monotonicMs() - sentAtMs < DEAD_SOCKET_MS) {
          dropIdle(call);
          attempt(true);
        } else settle(failed(isBeforeSending(cause) && !isSecond ? "unreachable" : "connectionLost", cause));
      });
      sent.end(wire.body);
    };
    attempt(false);
  });
}

function open({ request, outgoing }: Intercepted, wire: WireRequest): ClientRequest {
  const { method, path, headers, body } = wire;
  const { options, protocol } = outgoing;
  const length = String(Buffer.byteLength(body));
  return request({ ...options, protocol, method, path, headers: { ...headers, "content-length": length } });
}

function dropIdle({ outgoing }: Intercepted): void {
  const { agent } = outgoing.options;
  if (typeof agent !== "object") return;
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}

async function readAnswer(message: IncomingMessage, isStream: boolean): Promise<Answer> {
  const { statusCode: status = 0, headers } = message;
  if (isStream && status < 300) return { result: answered(status), response: { kind: "streamed", message } };
  try {
    const response = { status, headers, body: Buffer.concat(await message.toArray()) };
    return { result: resultOf(response), response: { kind: "read", response } };
  } catch (cause) {
    return failed("connectionLost", cause);
  }
}

/** No connection was ever made: name lookup, connect, or the certificate. */
function isBeforeSending({ code = "", syscall }: NodeJS.ErrnoException): boolean {
  return (
    syscall === "connect" ||
    syscall === "getaddrinfo" ||
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_)/.test(code)
  );
}
