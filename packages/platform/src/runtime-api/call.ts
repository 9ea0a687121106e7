import type { ParsedRequest } from "./http-parser.ts";

/**
 * What a runtime client can ask of the Runtime API (version 2018-06-01), taken from a request: pure, so that
 * the environment's state machine sees calls and never HTTP.
 */
export type RuntimeCall =
  | { readonly kind: "ping" }
  | { readonly kind: "next" }
  | ResponseCall
  | ErrorCall
  | { readonly kind: "init-error"; readonly errorType: string; readonly body: Buffer }
  | { readonly kind: "unknown"; readonly status: 404 | 405 };

export interface ResponseCall {
  readonly kind: "response";
  readonly requestId: string;
  readonly body: Buffer;
  readonly mode: "buffered" | "streaming" | "invalid";
  /** The body was over the limit and has been dropped. */
  readonly tooLarge: boolean;
  /** Error that ended a streamed response, as its trailers told it. */
  readonly streamError: { readonly errorType: string; readonly body: Buffer } | null;
}

export interface ErrorCall {
  readonly kind: "error";
  readonly requestId: string;
  readonly errorType: string;
  readonly body: Buffer;
}

const PREFIX = "/2018-06-01";
const NEXT = `${PREFIX}/runtime/invocation/next`;
const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;
const ERROR_TYPE = "lambda-runtime-function-error-type";
const ERROR_BODY = "lambda-runtime-function-error-body";
const RESPONSE_MODE = "lambda-runtime-function-response-mode";

export function readCall(request: ParsedRequest): RuntimeCall {
  const { method } = request.head;
  const path = request.head.path.split("?", 1)[0]!;
  if (path === NEXT) return only("GET", method, { kind: "next" });
  const invocation = INVOCATION.exec(path);
  if (invocation !== null) {
    if (method !== "POST") return { kind: "unknown", status: 405 };
    const requestId = decode(invocation[1]!);
    return invocation[2] === "response" ? response(request, requestId) : error(request, requestId);
  }
  if (path === `${PREFIX}/runtime/init/error`) {
    const errorType = validErrorType(request.head.headers.get(ERROR_TYPE));
    return only("POST", method, { kind: "init-error", errorType, body: request.body });
  }
  if (path === `${PREFIX}/ping`) return only("GET", method, { kind: "ping" });
  return { kind: "unknown", status: 404 };
}

function only(wanted: string, method: string, call: RuntimeCall): RuntimeCall {
  return method === wanted ? call : { kind: "unknown", status: 405 };
}

function response(request: ParsedRequest, requestId: string): ResponseCall {
  const mode = request.head.headers.get(RESPONSE_MODE);
  const errorType = request.trailers.get(ERROR_TYPE);
  return {
    kind: "response",
    requestId,
    body: request.body,
    mode: mode === undefined ? "buffered" : mode === "streaming" ? "streaming" : "invalid",
    tooLarge: request.tooLarge,
    streamError:
      errorType === undefined
        ? null
        : { errorType, body: Buffer.from(request.trailers.get(ERROR_BODY) ?? "", "base64") },
  };
}

function error(request: ParsedRequest, requestId: string): ErrorCall {
  const errorType = validErrorType(request.head.headers.get(ERROR_TYPE));
  return { kind: "error", requestId, errorType, body: request.body };
}

/** Types outside the two families are not kept. Source: AWS's runtime interface emulator. */
export function validErrorType(value: string | undefined): string {
  return value !== undefined && /^(Runtime|Function)\.[A-Z][a-zA-Z]+$/.test(value)
    ? value
    : "Runtime.Unknown";
}

function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
