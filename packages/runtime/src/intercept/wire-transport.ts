/**
 * The intercepted request as a transport: the same request with another target, signed again, over the same
 * agent.
 *
 * Whatever the bundle's SDK put into headers (tenant, log type, durable execution, trace) stays, and so does
 * its agent, with its certificates or proxy; so there is nothing that this path could fail to honour. A
 * streamed answer is handed back at its head and read by the SDK in the bundle.
 */
import type { Agent, IncomingMessage } from "node:http";
import { CLIENT_CONTEXT_HEADER, invokeAsyncPath, invokePath, invokeStreamPath } from "@tulle/aws/lambda";
import { escapeUri } from "@tulle/aws/signature";
import type { Attempt, AttemptAnswer, Transport } from "../data-plane/data-plane.ts";
import { exchange, type WireRequest, type WireResponse } from "../wire/exchange.ts";
import { resultOf } from "../wire/lambda-transport.ts";
import type { Pool } from "../wire/pool.ts";
import { runDirect } from "./direct.ts";
import type { LambdaRequest } from "./lambda-request.ts";
import type { Outgoing, RequestFunction } from "./outgoing.ts";
import { signAgain } from "./signing.ts";
import { streamAttempt } from "./stream-attempt.ts";

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
export function wireTransport(call: Intercepted): Transport<WireAnswer> {
  const pool = poolOf(call.outgoing.options.agent);
  return (attempt) => {
    const request = requestOf(call, attempt);
    return runDirect(() =>
      call.lambda.form === "stream" ? streamAttempt(call, request) : readAttempt(pool, request),
    );
  };
}

async function readAttempt(pool: Pool, request: WireRequest): Promise<AttemptAnswer<WireAnswer>> {
  const result = await exchange(pool, request);
  if (result.kind === "failure") {
    const { reason, cause } = result;
    return { result: { kind: "failure", reason }, response: null, cause };
  }
  return { result: resultOf(result.response), response: { kind: "read", response: result.response } };
}

/** The bundle's own agent, and how to let go of connections that died in a freeze. */
function poolOf(agent: Agent | boolean | undefined): Pool {
  return {
    agentFor: () => agent as Agent,
    dropIdle() {
      if (typeof agent !== "object") return;
      for (const sockets of Object.values(agent.freeSockets))
        for (const socket of sockets ?? []) socket.destroy();
    },
  };
}

function requestOf({ outgoing, lambda }: Intercepted, attempt: Attempt): WireRequest {
  const { "content-length": _length, [CLIENT_CONTEXT_HEADER]: _context, ...headers } = outgoing.headers;
  const { clientContext } = attempt;
  const withContext =
    clientContext === null ? headers : { ...headers, [CLIENT_CONTEXT_HEADER]: clientContext };
  const path = lambda.prefix + pathOf(lambda.form, attempt);
  const { payload, timeoutMs, signal } = attempt;
  const { protocol, hostname, port, authorization } = outgoing;
  return {
    secure: protocol === "https:",
    hostname,
    port,
    method: "POST",
    path,
    headers: signAgain({ method: "POST", path, headers: withContext, body: payload }, authorization),
    body: payload,
    timeoutMs,
    signal,
  };
}

function pathOf(form: LambdaRequest["form"], { target }: Attempt): string {
  const [name, qualifier] =
    target.kind === "function" ? [target.functionName, target.qualifier] : [target.url, null];
  if (form === "async") return invokeAsyncPath(qualifier === null ? name : `${name}:${qualifier}`);
  const path = form === "stream" ? invokeStreamPath(name) : invokePath(name);
  return qualifier === null ? path : `${path}?Qualifier=${escapeUri(qualifier)}`;
}
