/** Errors of the Lambda API itself (not of a function), read and spelled. */
import { lambdaErrors } from "./error-table.ts";
import { ERROR_TYPE_HEADER, REQUEST_ID_HEADER, RETRY_AFTER_HEADER } from "./headers.ts";
import { type HttpAnswer, headerOf, type ReceivedHeaders } from "./http-answer.ts";

/** What an error response says. */
export interface LambdaError {
  /** Without namespace or suffix; `UnknownError` where the response names none. */
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly type: string | null;
  /** Why a call was throttled. */
  readonly reason: string | null;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
}

/** An error as it goes on the wire. */
export interface LambdaErrorResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface LambdaErrorOptions {
  readonly requestId?: string | undefined;
  /** Why a call was throttled. */
  readonly reason?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** For a code that is not in the table; default 400. */
  readonly status?: number | undefined;
}

/** A longer error body is not one of the service's; its text is not worth parsing. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_SHOWN_CHARACTERS = 512;

/** Reads an error response; a body that is not the service's becomes the message. */
export function readLambdaError(answer: HttpAnswer): LambdaError {
  const { headers, status, body } = answer;
  const text = Buffer.from(
    body.buffer,
    body.byteOffset,
    Math.min(body.byteLength, MAX_ERROR_BYTES),
  ).toString();
  const document = parseObject(text);
  const message =
    textOf(document["message"]) ?? textOf(document["Message"]) ?? textOf(document["errorMessage"]);
  const code = headerOf(headers, ERROR_TYPE_HEADER) ?? textOf(document["__type"]) ?? textOf(document["code"]);
  return {
    code: bareCode(code ?? "") || "UnknownError",
    status,
    message: message ?? text.slice(0, MAX_SHOWN_CHARACTERS),
    type: textOf(document["Type"]),
    reason: textOf(document["Reason"]),
    retryAfterSeconds: retryAfterOf(headers),
    requestId: headerOf(headers, REQUEST_ID_HEADER),
  };
}

/**
 * Spells an error as the service does: header for the code, body for the rest, in the spelling of its
 * shape.
 */
export function formatLambdaError(
  code: string,
  message: string,
  options: LambdaErrorOptions = {},
): LambdaErrorResponse {
  const row = lambdaErrors[code] ?? { status: options.status ?? 400, messageField: "message", type: "User" };
  const document: Record<string, string> = {};
  if (options.reason !== undefined) document["Reason"] = options.reason;
  if (row.type !== null) document["Type"] = row.type;
  document[row.messageField] = message;
  const headers: Record<string, string> = { "content-type": "application/json", [ERROR_TYPE_HEADER]: code };
  if (options.requestId !== undefined) headers[REQUEST_ID_HEADER] = options.requestId;
  if (options.retryAfterSeconds !== undefined)
    headers[RETRY_AFTER_HEADER] = String(Math.ceil(options.retryAfterSeconds));
  return { status: row.status, headers, body: JSON.stringify(document) };
}

/** `com.amazonaws.lambda#Name:http://...` is `Name`. */
function bareCode(code: string): string {
  return code
    .slice(code.lastIndexOf("#") + 1)
    .split(/[:,]/, 1)[0]!
    .trim();
}

function retryAfterOf(headers: ReceivedHeaders): number | null {
  const value = headerOf(headers, RETRY_AFTER_HEADER);
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : null;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Something between us and the service answered; its text is shown as the message.
  }
  return {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
