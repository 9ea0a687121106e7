import type { ChannelInvocation } from "./frames.ts";

/** What the Runtime API answers, as bytes ready for a socket. */

/** Largest payload of a response: 6 MiB and 100 bytes. Source: AWS's runtime interface emulator. */
export const MAX_RESPONSE_BYTES: number = 6 * 1024 * 1024 + 100;

/** The answer to `next`. Content-Type is always there: AWS's Node client waits for ever without it. */
export function nextAnswer(next: ChannelInvocation, payload: Uint8Array): Buffer {
  let head =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" +
    `Lambda-Runtime-Aws-Request-Id: ${printable(next.requestId)}\r\n` +
    `Lambda-Runtime-Deadline-Ms: ${next.deadlineMs}\r\n` +
    `Lambda-Runtime-Invoked-Function-Arn: ${printable(next.invokedFunctionArn)}\r\n`;
  if (next.traceId !== null) head += `Lambda-Runtime-Trace-Id: ${printable(next.traceId)}\r\n`;
  if (next.clientContext !== null) {
    head += `Lambda-Runtime-Client-Context: ${asciiJson(next.clientContext)}\r\n`;
  }
  if (next.epoch !== null) head += `Tulle-Epoch: ${next.epoch}\r\n`;
  return withBody(head, payload);
}

export const CONTINUE: Buffer = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n", "latin1");

/** `POST` was taken. */
export const ACCEPTED: Buffer = jsonAnswer("202 Accepted", '{"status":"OK"}\n');

export const PONG: Buffer = withBody(
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n",
  Buffer.from("pong", "latin1"),
);

export const INVALID_REQUEST_ID: Buffer = refusal(
  "400 Bad Request",
  "InvalidRequestID",
  "Invalid request ID",
);

export const INVALID_RESPONSE_MODE: Buffer = refusal(
  "400 Bad Request",
  "InvalidFunctionResponseMode",
  "Invalid function response mode",
);

export const TOO_LARGE: Buffer = refusal(
  "413 Request Entity Too Large",
  "RequestEntityTooLarge",
  `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
);

/** A call that the environment's state does not allow. */
export function stateRefused(from: string, to: string): Buffer {
  return refusal(
    "403 Forbidden",
    "InvalidStateTransition",
    `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  );
}

/** The answer to something that is not a request of this API; the connection closes after a malformed one. */
export function httpRefusal(status: number, reason: string): Buffer {
  const body = Buffer.from(`${reason}\n`, "latin1");
  const close = status === 404 || status === 405 ? "" : "Connection: close\r\n";
  return withBody(
    `HTTP/1.1 ${status} ${PHRASES[status] ?? "Error"}\r\nContent-Type: text/plain\r\n${close}`,
    body,
  );
}

const PHRASES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Request Entity Too Large",
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
  505: "HTTP Version Not Supported",
};

function refusal(status: string, errorType: string, errorMessage: string): Buffer {
  return jsonAnswer(status, `${JSON.stringify({ errorMessage, errorType })}\n`);
}

function jsonAnswer(status: string, body: string): Buffer {
  return withBody(`HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n`, Buffer.from(body, "utf8"));
}

/** One buffer, so that head and body leave in one packet. */
function withBody(headLines: string, body: Uint8Array): Buffer {
  const head = `${headLines}Content-Length: ${body.length}\r\n\r\n`;
  const answer = Buffer.allocUnsafe(head.length + body.length);
  answer.write(head, 0, "latin1");
  answer.set(body, head.length);
  return answer;
}

/** No header value can end its line. */
function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, "");
}

/**
 * The same JSON in printable ASCII: line breaks between tokens become spaces, other characters their escapes.
 * Clients disagree on the encoding of header bytes; this they all read alike.
 */
function asciiJson(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? " " : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
