/** What is answered to bytes that never became a request. */
import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { TulleError } from "@tulle/core/errors";
import { clientProblem } from "./answer/client-problem.ts";
import { type Door, MAX_HEADER_BYTES } from "./settings.ts";

interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
}

/** Names what the HTTP parser found wrong. */
export function malformedRequest(error: ParserError): TulleError {
  if (error.code === "HPE_HEADER_OVERFLOW") {
    return overflowsInFirstLine(error.rawPacket)
      ? new TulleError("TULLE5004", "The address is too long.")
      : new TulleError("TULLE5005", "The headers are too large.");
  }
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new TulleError("TULLE5007", "The request did not arrive in time.");
  return new TulleError("TULLE5006", "The request is not well-formed HTTP.", { cause: error });
}

/**
 * The parser does not say where it stopped; a packet that begins with a request line longer than the bound
 * does.
 */
function overflowsInFirstLine(packet: Buffer | undefined): boolean {
  if (packet === undefined || !/^[A-Z]+ /.test(packet.toString("latin1", 0, 16))) return false;
  const end = packet.indexOf("\n");
  return end < 0 || end > MAX_HEADER_BYTES;
}

/** Answers on a connection that has no request, and ends it. */
export function refuseConnection(socket: Duplex, refusal: TulleError, door: Door): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, message } = clientProblem(refusal);
  const requestId = randomUUID();
  const body = JSON.stringify({ message, requestId });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  door.onProblem({
    requestId,
    method: "",
    path: "",
    status,
    code: refusal.code,
    message: refusal.message,
    cause: refusal.cause instanceof Error ? refusal.cause.message : null,
    durationMs: 0,
  });
}
