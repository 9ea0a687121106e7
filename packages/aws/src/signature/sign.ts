/**
 * Signs a request with Signature Version 4, in the Authorization header.
 *
 * This runs on every call through the mesh, so it does per call only what depends on the call: one digest of the body,
 * one of the canonical request, two for the HMAC. The derived key, the timestamp's text and the order of the header names are
 * remembered. It signs the same headers as `@smithy/signature-v4` (all but the ones that intermediaries change), and the
 * result is the same to the byte; a property test holds it to that.
 */
import { hash } from "node:crypto";
import { formatAmzDate } from "./amz-date.ts";
import {
  canonicalHeaderValue,
  canonicalPath,
  canonicalQuery,
  EMPTY_SHA256,
  type PathStyle,
  pathStyleOf,
} from "./canonical.ts";
import { hmacHex, signingKeyFor } from "./signing-key.ts";

/** Keys of an AWS identity; temporary ones carry a session token. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A request as it will stand on the wire. */
export interface SignableRequest {
  readonly method: string;
  /** Percent-encoded, without query. */
  readonly path: string;
  /** Percent-encoded, without `?`; empty or absent for none. */
  readonly query?: string | undefined;
  /** Names in lower case; `host` must be among them. Values as sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Hex SHA-256 of the body, or `UNSIGNED-PAYLOAD`; spares the digest where it is known. */
  readonly payloadHash?: string | undefined;
}

/** Who signs, and for which service in which region. Reuse the object between calls. */
export interface Signer {
  readonly credentials: Credentials;
  readonly region: string;
  /** Signing name: `lambda`, `dynamodb`, `s3`. */
  readonly service: string;
  /** Whether to send and sign `x-amz-content-sha256` too; S3 wants it. Default: only for S3. */
  readonly sendPayloadHash?: boolean | undefined;
}

/** Headers to add to the request. */
export interface SignatureHeaders {
  authorization: string;
  "x-amz-date": string;
  "x-amz-security-token"?: string;
  "x-amz-content-sha256"?: string;
}

/** Computes the headers that make a request a signed one; the request itself stays as it is. */
export function sign(request: SignableRequest, signer: Signer, nowMs: number): SignatureHeaders {
  const { credentials, region, service } = signer;
  const amzDate = formatAmzDate(nowMs);
  const key = signingKeyFor(credentials.secretAccessKey, { shortDate: amzDate.slice(0, 8), region, service });
  const style = pathStyleOf(service);
  const payloadHash =
    request.payloadHash ?? request.headers["x-amz-content-sha256"] ?? payloadHashOf(request.body);
  const added: SignatureHeaders = { authorization: "", "x-amz-date": amzDate };
  if (credentials.sessionToken) added["x-amz-security-token"] = credentials.sessionToken;
  if (signer.sendPayloadHash ?? style === "verbatim") added["x-amz-content-sha256"] = payloadHash;

  const order = headerOrder(request.headers, added);
  const canonical = canonicalRequest(request, added, { order, style, payloadHash });
  const stringToSign = `AWS4-HMAC-SHA256\n${amzDate}\n${key.scope}\n${hash("sha256", canonical)}`;
  added.authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${key.scope}, ` +
    `SignedHeaders=${order.signedHeaders}, Signature=${hmacHex(key, stringToSign)}`;
  return added;
}

/** Hex SHA-256 of a body. */
export function payloadHashOf(body: string | Uint8Array | undefined): string {
  return body === undefined || body.length === 0 ? EMPTY_SHA256 : hash("sha256", body);
}

interface CanonicalParts {
  readonly order: HeaderOrder;
  readonly style: PathStyle;
  readonly payloadHash: string;
}

function canonicalRequest(request: SignableRequest, added: SignatureHeaders, parts: CanonicalParts): string {
  const { order, style, payloadHash } = parts;
  const query = request.query === undefined ? "" : canonicalQuery(request.query);
  let text = `${request.method}\n${canonicalPath(request.path, style)}\n${query}\n`;
  for (const name of order.names) {
    const value = (added as unknown as Record<string, string | undefined>)[name] ?? request.headers[name]!;
    text += `${name}:${canonicalHeaderValue(value)}\n`;
  }
  return `${text}\n${order.signedHeaders}\n${payloadHash}`;
}

interface HeaderOrder {
  readonly names: readonly string[];
  readonly signedHeaders: string;
}

/** Sorting is remembered by the names in the order given: a client sends few different sets. */
const knownOrders = new Map<string, HeaderOrder>();
const KEPT_ORDERS = 64;

function headerOrder(headers: Readonly<Record<string, string>>, added: SignatureHeaders): HeaderOrder {
  let shape = "";
  for (const name in headers) shape += `${name};`;
  if (added["x-amz-security-token"] !== undefined) shape += "+token";
  if (added["x-amz-content-sha256"] !== undefined) shape += "+hash";
  const known = knownOrders.get(shape);
  if (known !== undefined) return known;

  const names = new Set(Object.keys(headers).filter(isSignable));
  for (const name in added) if (name !== "authorization") names.add(name);
  const sorted = [...names].sort();
  const order = { names: sorted, signedHeaders: sorted.join(";") };
  if (knownOrders.size >= KEPT_ORDERS) knownOrders.clear();
  knownOrders.set(shape, order);
  return order;
}

/** Headers that something between client and service may rewrite, so that signing them would break the request. */
function isSignable(name: string): boolean {
  return !UNSIGNABLE.has(name) && !name.startsWith("proxy-") && !name.startsWith("sec-");
}

const UNSIGNABLE: ReadonlySet<string> = new Set([
  "authorization",
  "cache-control",
  "connection",
  "date",
  "expect",
  "from",
  "keep-alive",
  "max-forwards",
  "pragma",
  "referer",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "x-amzn-trace-id",
]);
