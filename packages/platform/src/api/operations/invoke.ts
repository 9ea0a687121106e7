import {
  CLIENT_CONTEXT_HEADER,
  EXECUTED_VERSION_HEADER,
  FUNCTION_ERROR_HEADER,
  INVOCATION_TYPE_HEADER,
  LOG_RESULT_HEADER,
  LOG_TYPE_HEADER,
  MAX_ASYNC_REQUEST_BYTES,
  MAX_CLIENT_CONTEXT_BYTES,
  MAX_SYNC_REQUEST_BYTES,
  readClientContext,
  TRACE_ID_HEADER,
} from "@tulle/aws/lambda";
import { Constraints } from "../../functions/constraints.ts";
import type { Completion, Resolution } from "../../functions/invoker.ts";
import { ApiError, invalidParameter } from "../errors.ts";
import { type NamedFunction, namedFunction } from "../naming.ts";
import { checkJson } from "../payload.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json } from "../request.ts";
import { traceIdOf } from "../trace-id.ts";
import { observed } from "./observation.ts";

/** Invoke in its three types, and the operation that it replaced. */

const emptyEvent = Buffer.from("{}");

export function invoke(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  return observed(services, request, async (observation) => {
    const named = namedFunction(services, request, "invoke");
    observation.functionName = named.functionName;
    const type = invocationType(request);
    observation.kind = type;
    const resolution = services.invoker.resolve(named.functionName, named.qualifier);
    const payload = payloadOf(request, type);
    const clientContext = clientContextOf(request);
    if (type === "DryRun") return { status: 204, body: null };
    const traceId = traceIdOf(request.headers.get(TRACE_ID_HEADER), services.nowMs());
    if (type === "Event") return acceptEvent(services, request, { ...named, payload, traceId });
    const completion = await runNow(services, request, {
      ...named,
      resolution,
      payload,
      traceId,
      clientContext,
    });
    observation.version = completion.version;
    observation.functionError = completion.result.functionError;
    return answerOf(completion, traceId, request);
  });
}

/** The deprecated asynchronous operation: always an event, answered with a document. */
export async function invokeAsync(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const named = namedFunction(services, request, "invoke");
  services.invoker.resolve(named.functionName, named.qualifier);
  const payload = payloadOf(request, "Event");
  const traceId = traceIdOf(request.headers.get(TRACE_ID_HEADER), services.nowMs());
  await acceptEvent(services, request, { ...named, payload, traceId });
  return json(202, { Status: 202 });
}

/** Runs a synchronous invocation; the streaming operation does it the same way. */
export function runNow(
  services: ApiServices,
  request: ApiRequest,
  call: NamedFunction & {
    resolution: Resolution;
    payload: Uint8Array;
    traceId: string;
    clientContext: string | null;
  },
): Promise<Completion> {
  const { resolution, ...rest } = call;
  const whole = { ...rest, requestId: request.requestId, logTail: wantsLog(request) };
  return services.invoker.invoke(whole, resolution);
}

function answerOf({ version, result }: Completion, traceId: string, request: ApiRequest): ApiAnswer {
  const headers: Record<string, string> = {
    [EXECUTED_VERSION_HEADER]: version,
    [TRACE_ID_HEADER]: traceId,
  };
  if (result.functionError !== null) headers[FUNCTION_ERROR_HEADER] = result.functionError;
  if (wantsLog(request)) headers[LOG_RESULT_HEADER] = result.logTail;
  return { status: 200, headers, body: result.payload };
}

export function wantsLog(request: ApiRequest): boolean {
  return request.headers.get(LOG_TYPE_HEADER) === "Tail";
}

async function acceptEvent(
  services: ApiServices,
  request: ApiRequest,
  call: NamedFunction & { payload: Uint8Array; traceId: string },
): Promise<ApiAnswer> {
  const nowMs = services.nowMs();
  await services.queue.accept({
    requestId: request.requestId,
    functionName: call.functionName,
    qualifier: call.qualifier,
    caller: request.caller,
    payload: Buffer.from(call.payload).toString("utf8"),
    traceId: call.traceId,
    acceptedAtMs: nowMs,
    failures: 0,
    throttles: 0,
    dueAtMs: nowMs,
  });
  return { status: 202, headers: { [TRACE_ID_HEADER]: call.traceId }, body: "" };
}

type InvocationType = "RequestResponse" | "Event" | "DryRun";

function invocationType(request: ApiRequest): InvocationType {
  const given = request.headers.get(INVOCATION_TYPE_HEADER);
  if (given === undefined || given === "RequestResponse") return "RequestResponse";
  if (given === "Event" || given === "DryRun") return given;
  const constraints = new Constraints();
  constraints.oneOf(given, "invocationType", ["Event", "RequestResponse", "DryRun"]);
  constraints.enforce();
  return "RequestResponse";
}

/** The event's bytes: JSON within the limit of its type; an empty body is an empty event. */
export function payloadOf(request: ApiRequest, type: InvocationType): Uint8Array {
  const size = request.body.byteLength;
  if (size === 0) return emptyEvent;
  if (type === "Event" && size > MAX_ASYNC_REQUEST_BYTES) {
    throw new ApiError(
      "RequestEntityTooLargeException",
      `${size} byte payload is too large for the Event invocation type ` +
        `(limit ${MAX_ASYNC_REQUEST_BYTES} bytes)`,
    );
  }
  if (size > MAX_SYNC_REQUEST_BYTES) throw invokeTooLarge();
  checkJson(request.body);
  return request.body;
}

/** Also answered by the server, before a body that announces more has been read. */
export function invokeTooLarge(): ApiError {
  return new ApiError(
    "RequestEntityTooLargeException",
    `Request must be smaller than ${MAX_SYNC_REQUEST_BYTES} bytes for the InvokeFunction operation`,
  );
}

/** Decoded JSON of the client context, null for none. */
export function clientContextOf(request: ApiRequest): string | null {
  const given = request.headers.get(CLIENT_CONTEXT_HEADER);
  if (given === undefined || given === "") return null;
  if (given.length > MAX_CLIENT_CONTEXT_BYTES) {
    throw invalidParameter(
      `The client context has ${given.length} bytes of base64; the limit is ${MAX_CLIENT_CONTEXT_BYTES}.`,
    );
  }
  const context = readClientContext(given);
  if (context === null) {
    throw new ApiError(
      "InvalidRequestContentException",
      "Client context must be a valid Base64-encoded JSON object.",
    );
  }
  return JSON.stringify(context);
}
