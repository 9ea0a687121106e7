/**
 * The intercepted request as a transport: the same request with another target, signed again.
 *
 * Whatever the bundle's SDK put into headers (tenant, log type, durable execution, trace) stays. Where its
 * agent is the SDK's usual one, the request goes over the mesh's own connections, which cost a third; an
 * agent with certificates, a proxy or limits of its own is used, and so is an `http.request` that a tracer
 * has wrapped. A streamed answer is handed back at its head and read by the SDK in the bundle.
 */
import type { IncomingMessage } from "node:http";
import { CLIENT_CONTEXT_HEADER, invokeAsyncPath, invokePath, invokeStreamPath } from "@tulle/aws/lambda";
import { escapeUri } from "@tulle/aws/signature";
import type { Attempt, AttemptAnswer, Transport } from "../data-plane/data-plane.ts";
import type { Peer } from "../wire/connection.ts";
import { isDefaultAgent } from "../wire/default-agent.ts";
import { exchange, type WireRequest } from "../wire/exchange.ts";
import { failed, resultOf } from "../wire/lambda-transport.ts";
import type { Pool } from "../wire/pool.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import { agentAttempt } from "./agent-attempt.ts";
import { runDirect } from "./direct.ts";
import type { LambdaRequest } from "./lambda-request.ts";
import type { Outgoing, RequestFunction } from "./outgoing.ts";
import { signAgain } from "./signing.ts";

/** An answer as it came: read to its end, or at its head where it is streamed. */
export type WireAnswer =
  | { readonly kind: "read"; readonly response: WireResponse }
  | { readonly kind: "streamed"; readonly message: IncomingMessage };

/** What a call was before it was intercepted. */
export interface Intercepted {
  /** The function that was replaced. */
  readonly request: RequestFunction;
  readonly outgoing: Outgoing;
  readonly lambda: LambdaRequest;
}

/** Attempts of an intercepted call. */
export function wireTransport(call: Intercepted, pool: Pool): Transport<WireAnswer> {
  const direct = call.lambda.form !== "stream" && isOrdinary(call);
  return (attempt) => {
    const request = requestOf(call, attempt);
    return direct ? poolAttempt(pool, request) : runDirect(() => agentAttempt(call, request));
  };
}

async function poolAttempt(pool: Pool, request: WireRequest): Promise<AttemptAnswer<WireAnswer>> {
  const result = await exchange(pool, request);
  if (result.kind === "failure") return failed(result.reason, result.cause);
  const { response } = result;
  return { result: resultOf(response), response: { kind: "read", response } };
}

/** What the SDK's request handler says of a request. */
const ordinaryOptions: ReadonlySet<string> = new Set([
  "headers",
  "host",
  "method",
  "path",
  "port",
  "agent",
  "auth",
]);

/** Whether the request would be the same without its agent, and nobody watches `http.request` itself. */
function isOrdinary({ request, outgoing: { options } }: Intercepted): boolean {
  const { agent, auth } = options;
  return (
    auth === undefined &&
    Object.keys(options).every((name) => ordinaryOptions.has(name)) &&
    typeof agent === "object" &&
    isNodesOwn(agent.constructor) &&
    isDefaultAgent((agent as unknown as { options: Readonly<Record<string, unknown>> }).options) &&
    Function.prototype.toString.call(request).includes("new ClientRequest(")
  );
}

function isNodesOwn(agentClass: unknown): boolean {
  const { getBuiltinModule: builtin } = process;
  return agentClass === builtin("node:https").Agent || agentClass === builtin("node:http").Agent;
}

function requestOf({ outgoing, lambda }: Intercepted, attempt: Attempt): WireRequest {
  const { "content-length": _length, [CLIENT_CONTEXT_HEADER]: _context, ...headers } = outgoing.headers;
  const { clientContext } = attempt;
  const withContext =
    clientContext === null ? headers : { ...headers, [CLIENT_CONTEXT_HEADER]: clientContext };
  const path = lambda.prefix + pathOf(lambda.form, attempt);
  const { payload, timeoutMs, signal } = attempt;
  const { authorization } = outgoing;
  return {
    peer: peerOf(outgoing),
    method: "POST",
    path,
    headers: signAgain({ method: "POST", path, headers: withContext, body: payload }, authorization),
    body: payload,
    timeoutMs,
    signal,
  };
}

function peerOf({ protocol, hostname, port: given }: Outgoing): Peer {
  const secure = protocol === "https:";
  const port = Number(given) || (secure ? 443 : 80);
  return { origin: `${protocol}//${hostname}:${port}`, secure, hostname, port };
}

function pathOf(form: LambdaRequest["form"], { target }: Attempt): string {
  const [name, qualifier] =
    target.kind === "function" ? [target.functionName, target.qualifier] : [target.url, null];
  if (form === "async") return invokeAsyncPath(qualifier === null ? name : `${name}:${qualifier}`);
  const path = form === "stream" ? invokeStreamPath(name) : invokePath(name);
  return qualifier === null ? path : `${path}?Qualifier=${escapeUri(qualifier)}`;
}
