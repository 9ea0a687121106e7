/**
 * `mesh.fetch`: HTTP services through the same layers as functions.
 *
 * The request goes over `node:http(s)`; only the answer is a WHATWG object. The context is not sent, because
 * the snapshot does not say whether an HTTP service is one of ours and a key or a caller's name is nobody
 * else's business: just `traceparent`, unless the caller set one.
 */
import { TulleError } from "@tulle/core/errors";
import type { Attempt, AttemptAnswer, DataPlane, Transport } from "../data-plane/data-plane.ts";
import { answered, retryAfterMs } from "../wire/answered.ts";
import { parseEndpoint } from "../wire/endpoint.ts";
import { exchange } from "../wire/exchange.ts";
import type { Pool } from "../wire/pool.ts";
import type { WireResponse } from "../wire/response-parser.ts";

export interface FetchInit {
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[] | Headers;
  readonly body?: string | Uint8Array | URLSearchParams | Blob | FormData | ReadableStream | null;
  readonly signal?: AbortSignal;
  readonly key?: string;
  readonly constellation?: string;
  /** Default: what RFC 9110 says of the method, or the service's setting. */
  readonly idempotent?: boolean;
  /** The longest answer that is read, in bytes; default 16 MiB. A longer one is TULLE2009. */
  readonly maxBodyBytes?: number;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;

const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);
/** A response with one of these has no body, and `Response` insists on null. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

export async function fetchService(
  plane: DataPlane,
  pool: Pool,
  {
    name,
    path,
    init = {},
  }: { readonly name: string; readonly path: string; readonly init?: FetchInit | undefined },
): Promise<Response> {
  await plane.fresh();
  const service = plane.lookup(name);
  if (service !== undefined && service.backend !== "http")
    throw new TulleError("TULLE2012", `"${name}" is a function: call it with mesh.invoke`);
  const method = (init.method ?? "GET").toUpperCase();
  const { bytes, headers } = await bodyOf(init);
  const outcome = await plane.call({
    service: service?.name ?? name,
    payload: bytes,
    invocationType: "RequestResponse",
    transport: httpTransport(pool, {
      method,
      path,
      headers,
      maxBodyBytes: init.maxBodyBytes ?? MAX_BODY_BYTES,
    }),
    original: null,
    key: init.key ?? null,
    constellation: init.constellation ?? null,
    signal: init.signal,
    ...(init.idempotent !== undefined
      ? { idempotent: init.idempotent }
      : IDEMPOTENT.has(method) && { idempotent: true }),
  });
  if (outcome.kind === "failed") throw outcome.error;
  if (outcome.kind === "fallback") return Response.json(outcome.value);
  return responseOf(outcome.response);
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBodyBytes: number;
}

function httpTransport(pool: Pool, request: HttpRequest): Transport<WireResponse> {
  return async (attempt) => {
    const endpoint = attempt.target.kind === "http" ? parseEndpoint(attempt.target.url) : null;
    if (endpoint === null) return notHttp(attempt);
    const { host, prefix } = endpoint;
    const traceparent = attempt.context?.traceparent;
    const headers = { host, ...(traceparent && { traceparent }), ...request.headers };
    const result = await exchange(pool, {
      peer: endpoint,
      method: request.method,
      path: prefix + (request.path.startsWith("/") ? request.path : `/${request.path}`),
      headers,
      body: attempt.payload,
      timeoutMs: attempt.timeoutMs,
      maxBodyBytes: request.maxBodyBytes,
      signal: attempt.signal,
    });
    if (result.kind === "failure")
      return { result: { kind: "failure", reason: result.reason }, response: null, cause: result.cause };
    const { response } = result;
    const { status, headers: received } = response;
    const wait = retryAfterMs(received["retry-after"]);
    return { result: answered(status, { retryAfterMs: wait }), response };
  };
}

function notHttp({ service }: Attempt): AttemptAnswer<never> {
  const cause = new TypeError(`${service} has no http URL`);
  return { result: { kind: "failure", reason: "unreachable" }, response: null, cause };
}

/** The body as bytes, so that it can be sent twice, and the headers that go with it. */
async function bodyOf({ body, headers }: FetchInit): Promise<{
  readonly bytes: string | Uint8Array;
  readonly headers: Record<string, string>;
}> {
  const given: Record<string, string> = {};
  const entries =
    Symbol.iterator in Object(headers)
      ? (headers as Iterable<[string, string]>)
      : Object.entries(headers ?? {});
  for (const [name, value] of entries) given[name.toLowerCase()] = String(value);
  if (body === undefined || body === null) return { bytes: "", headers: given };
  if (typeof body === "string" || body instanceof Uint8Array) return { bytes: body, headers: given };
  // Everything else has an encoding that the platform's own class knows best.
  const encoded = new Response(body);
  const type = encoded.headers.get("content-type");
  if (type !== null) given["content-type"] ??= type;
  return { bytes: new Uint8Array(await encoded.arrayBuffer()), headers: given };
}

function responseOf({ status, headers, body }: WireResponse): Response {
  const list: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) list.push([name, one]);
  }
  return new Response(BODILESS.has(status) ? null : new Uint8Array(body), { status, headers: list });
}
