/**
 * Signs a request with Signature Version 4, in the Authorization header.
 *
 * This runs on every call through the mesh, so it does per call only what depends on the call: one digest
 * of the body, one of the canonical request, two for the HMAC. The derived key, the timestamp's text and
 * the order of the header names are remembered. It signs the same headers as `@smithy/signature-v4` (all
 * but the ones that intermediaries change), and the result is the same to the byte; a property test holds
 * it to that.
 */
import { formatAmzDate } from "./amz-date.ts";
import {
  canonicalHeaderValue,
  canonicalPath,
  canonicalQuery,
  EMPTY_SHA256,
  type PathStyle,
  pathStyleOf,
} from "./canonical.ts";
import { type Digest, nodeDigest } from "./digest.ts";
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
  /** Default: S3 signs the path as it stands, everybody else escapes it once more. */
  readonly pathStyle?: PathStyle | undefined;
  /** Whether to send and sign `x-amz-content-sha256` too; S3 wants it. Default: only for S3. */
  readonly sendPayloadHash?: boolean | undefined;
  /** Default: Node's own. */
  readonly digest?: Digest | undefined;
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
  const { credentials, region, service, digest = nodeDigest } = signer;
  const amzDate = formatAmzDate(nowMs);
  const scope = { shortDate: amzDate.slice(0, 8), region, service };
  const key = signingKeyFor(credentials.secretAccessKey, scope, digest);
  const style = signer.pathStyle ?? pathStyleOf(service);
  const payloadHash =
    request.payloadHash ?? request.headers["x-amz-content-sha256"] ?? payloadHashOf(request.body, digest);
  const added: SignatureHeaders = { authorization: "", "x-amz-date": amzDate };
  if (credentials.sessionToken) added["x-amz-security-token"] = credentials.sessionToken;
  if (signer.sendPayloadHash ?? service === "s3") added["x-amz-content-sha256"] = payloadHash;

  const order = headerOrder(request.headers, added);
  const canonical = canonicalRequest(request, added, { order, style, payloadHash });
  const stringToSign = `AWS4-HMAC-SHA256\n${amzDate}\n${key.scope}\n${digest.hex(canonical)}`;
  added.authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${key.scope}, ` +
    `SignedHeaders=${order.signedHeaders}, Signature=${hmacHex(key, stringToSign, digest)}`;
  return added;
}

/** Hex SHA-256 of a body. */
export function payloadHashOf(body: string | Uint8Array | undefined, digest: Digest = nodeDigest): string {
  return body === undefined || body.length === 0 ? EMPTY_SHA256 : digest.hex(body);
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
  /** Names as they were given, by which the order is found again. */
  readonly given: readonly string[];
  readonly withToken: boolean;
  readonly withHash: boolean;
  /** Names to sign, sorted. */
  readonly names: readonly string[];
  readonly signedHeaders: string;
}

/** Sorting is remembered: a client sends few different sets of headers. The latest set stands first. */
const knownOrders: HeaderOrder[] = [];
const KEPT_ORDERS = 8;

function headerOrder(headers: Readonly<Record<string, string>>, added: SignatureHeaders): HeaderOrder {
  const withToken = added["x-amz-security-token"] !== undefined;
  const withHash = added["x-amz-content-sha256"] !== undefined;
  for (let at = 0; at < knownOrders.length; at++) {
    const order = knownOrders[at]!;
    if (order.withToken !== withToken || order.withHash !== withHash || !hasNames(headers, order.given))
      continue;
    if (at > 0) knownOrders.unshift(...knownOrders.splice(at, 1));
    return order;
  }
  const given = Object.keys(headers);
  const signed = new Set(given.filter(isSignable));
  for (const name in added) if (name !== "authorization") signed.add(name);
  const names = [...signed].sort();
  const order = { given, withToken, withHash, names, signedHeaders: names.join(";") };
  knownOrders.unshift(order);
  knownOrders.length = Math.min(knownOrders.length, KEPT_ORDERS);
  return order;
}

/** Whether an object has exactly these keys in this order. */
function hasNames(headers: Readonly<Record<string, string>>, given: readonly string[]): boolean {
  let at = 0;
  for (const name in headers) if (given[at++] !== name) return false;
  return at === given.length;
}

/**
 * Headers that something between client and service may rewrite, so that signing them would break the
 * request.
 */
export function isSignable(name: string): boolean {
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
