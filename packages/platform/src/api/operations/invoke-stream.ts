import {
  EVENT_STREAM_CONTENT_TYPE,
  EXECUTED_VERSION_HEADER,
  encodeResponseStreamEvent,
  TRACE_ID_HEADER,
} from "@tulle/aws/lambda";
import { namedFunction } from "../naming.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../request.ts";
import { traceIdOf } from "../trace-id.ts";
import { clientContextOf, payloadOf, runNow, wantsLog } from "./invoke.ts";
import { observed } from "./observation.ts";

/**
 * InvokeWithResponseStream, buffered: the function answers whole, and the answer goes out as the frames that
 * clients expect. Streaming from the function needs an executor that hands chunks over; then only this file
 * changes.
 */
export function invokeWithResponseStream(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  return observed(services, request, async (observation) => {
    const named = namedFunction(services, request, "invoke");
    observation.functionName = named.functionName;
    const resolution = services.invoker.resolve(named.functionName, named.qualifier);
    const payload = payloadOf(request, "RequestResponse");
    const clientContext = clientContextOf(request);
    const traceId = traceIdOf(request.headers.get(TRACE_ID_HEADER), services.nowMs());
    const { version, result } = await runNow(services, request, {
      ...named,
      resolution,
      payload,
      traceId,
      clientContext,
    });
    observation.version = version;
    observation.functionError = result.functionError;
    const failed = result.functionError !== null;
    const frames = [
      ...(failed ? [] : [encodeResponseStreamEvent({ kind: "chunk", payload: result.payload })]),
      encodeResponseStreamEvent({
        kind: "complete",
        errorCode: failed ? errorTypeOf(result.payload) : null,
        errorDetails: failed ? Buffer.from(result.payload).toString("utf8") : null,
        logResult: wantsLog(request) ? result.logTail : null,
      }),
    ];
    const headers = {
      "content-type": EVENT_STREAM_CONTENT_TYPE,
      [EXECUTED_VERSION_HEADER]: version,
      [TRACE_ID_HEADER]: traceId,
    };
    return { status: 200, headers, body: Buffer.concat(frames) };
  });
}

function errorTypeOf(document: Uint8Array): string {
  try {
    const { errorType } = JSON.parse(Buffer.from(document).toString("utf8")) as { errorType?: unknown };
    return typeof errorType === "string" ? errorType : "Unhandled";
  } catch {
    return "Unhandled";
  }
}
