/** Building the request of an Invoke, an asynchronous Invoke or an InvokeWithResponseStream. */
import { escapeUri } from "../signature/canonical.ts";
import {
  CLIENT_CONTEXT_HEADER,
  DURABLE_EXECUTION_NAME_HEADER,
  INVOCATION_TYPE_HEADER,
  LOG_TYPE_HEADER,
  TENANT_ID_HEADER,
  TRACE_ID_HEADER,
} from "./headers.ts";

export type InvocationType = "RequestResponse" | "Event" | "DryRun";

/** What a caller says about one invocation; absent fields are not sent. */
export interface InvokeCall {
  /** Name, partial ARN or ARN, not encoded. */
  readonly functionName: string;
  readonly qualifier?: string | null | undefined;
  readonly payload?: string | Uint8Array | undefined;
  readonly invocationType?: InvocationType | undefined;
  readonly logType?: "None" | "Tail" | undefined;
  /** Base64 of JSON. */
  readonly clientContext?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly durableExecutionName?: string | undefined;
  readonly traceId?: string | undefined;
  /** Whether the response is wanted as a stream of events. */
  readonly responseStream?: boolean | undefined;
}

/** A request before host and signature; fit for `sign`. */
export interface LambdaRequest {
  readonly method: "POST";
  readonly path: string;
  /** Encoded, without `?`; empty for none. */
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

/** Spells an invocation as an HTTP request. */
export function buildInvokeRequest(call: InvokeCall): LambdaRequest {
  const headers: Record<string, string> = { "content-type": "application/octet-stream" };
  if (call.invocationType !== undefined) headers[INVOCATION_TYPE_HEADER] = call.invocationType;
  if (call.logType !== undefined) headers[LOG_TYPE_HEADER] = call.logType;
  if (call.clientContext !== undefined) headers[CLIENT_CONTEXT_HEADER] = call.clientContext;
  if (call.tenantId !== undefined) headers[TENANT_ID_HEADER] = call.tenantId;
  if (call.durableExecutionName !== undefined)
    headers[DURABLE_EXECUTION_NAME_HEADER] = call.durableExecutionName;
  if (call.traceId !== undefined) headers[TRACE_ID_HEADER] = call.traceId;
  return {
    method: "POST",
    path: call.responseStream === true ? invokeStreamPath(call.functionName) : invokePath(call.functionName),
    query: qualifierQuery(call.qualifier),
    headers,
    body: call.payload ?? "",
  };
}

export function invokePath(functionName: string): string {
  return `/2015-03-31/functions/${escapeUri(functionName)}/invocations`;
}

export function invokeStreamPath(functionName: string): string {
  return `/2021-11-15/functions/${escapeUri(functionName)}/response-streaming-invocations`;
}

/** The deprecated operation that SDKs still ship. */
export function invokeAsyncPath(functionName: string): string {
  return `/2014-11-13/functions/${escapeUri(functionName)}/invoke-async`;
}

function qualifierQuery(qualifier: string | null | undefined): string {
  return qualifier === undefined || qualifier === null ? "" : `Qualifier=${escapeUri(qualifier)}`;
}
