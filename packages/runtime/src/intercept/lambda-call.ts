/**
 * An intercepted Invoke through the data plane, and its outcome as an HTTP answer that the bundle's SDK
 * reads.
 */
import type { IncomingMessage } from "node:http";
import { CLIENT_CONTEXT_HEADER, encodeResponseStreamEvent } from "@tulle/aws/lambda";
import { isTulleError } from "@tulle/core/errors";
import type { CallOutcome, DataPlane, RoutedService } from "../data-plane/data-plane.ts";
import type { Pool } from "../wire/pool.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import type { Reply } from "./mesh-request.ts";
import { type Intercepted, type WireAnswer, wireTransport } from "./wire-transport.ts";

export interface CallParts {
  readonly service: RoutedService;
  readonly body: Buffer;
  readonly signal: AbortSignal;
  readonly pool: Pool;
}

/** Runs the call; rejects only where the caller itself gave up. */
export async function callIntercepted(
  plane: DataPlane,
  call: Intercepted,
  { service, body, signal, pool }: CallParts,
): Promise<Reply> {
  const { lambda, outgoing } = call;
  const outcome = await plane.call({
    service: service.name,
    payload: body,
    invocationType: lambda.invocationType,
    transport: wireTransport(call, pool),
    original: { kind: "function", functionName: lambda.functionName, qualifier: lambda.qualifier },
    clientContext: outgoing.headers[CLIENT_CONTEXT_HEADER] ?? null,
    logType: outgoing.headers["x-amz-log-type"] === "Tail" ? "Tail" : "None",
    signal,
  });
  // In `observe` a connection that breaks breaks as it does without the mesh.
  if (outcome.kind === "failed" && service.mode === "observe") throw causeOf(outcome.error);
  return replyOf(call, outcome);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? (error.cause ?? error) : error;
}

function replyOf(
  { lambda }: Intercepted,
  outcome: CallOutcome<WireAnswer>,
): Reply | Promise<IncomingMessage> {
  switch (outcome.kind) {
    case "answer":
      return outcome.response.kind === "read" ? outcome.response.response : outcome.response.message;
    case "fallback":
      return fallback(lambda.form, lambda.invocationType !== "RequestResponse", outcome.value);
    case "failed":
      return refusal(outcome.error);
  }
}

function fallback(form: Intercepted["lambda"]["form"], accepted: boolean, value: unknown): WireResponse {
  if (accepted) return { status: 202, headers: {}, body: Buffer.alloc(0) };
  const json = Buffer.from(JSON.stringify(value));
  if (form !== "stream") return { status: 200, headers: { "content-type": "application/json" }, body: json };
  const frames = [
    encodeResponseStreamEvent({ kind: "chunk", payload: json }),
    encodeResponseStreamEvent({ kind: "complete", errorCode: null, errorDetails: null, logResult: null }),
  ];
  const headers = { "content-type": "application/vnd.amazon.eventstream" };
  return { status: 200, headers, body: Buffer.concat(frames) };
}

/**
 * A refusal of the mesh in the shape of the service's errors: the SDK makes an error of it whose name is the
 * code.
 *
 * No SDK retries 403 or 424; the status that fits better in many cases, 503, would be tried three times.
 */
function refusal(error: unknown): WireResponse {
  if (!isTulleError(error)) throw error;
  const message = `${error.code}: ${error.message}`;
  return {
    status: error.code === "TULLE2001" ? 403 : 424,
    headers: { "content-type": "application/json", "x-amzn-errortype": error.code },
    body: Buffer.from(JSON.stringify({ Type: "User", message })),
  };
}
