/**
 * Checks a received request against Signature Version 4, as an AWS service does.
 *
 * The request is signed again from what arrived, with only the headers that the client says it signed, and the two
 * signatures are compared in constant time. That makes one verifier good for every client: each SDK signs another set of
 * headers. The body's digest is computed here unless the reader did it while reading; a client's
 * `x-amz-content-sha256` must agree with it. Codes and messages are the service's own, so that SDKs classify them.
 * Source: recorded and documented answers; section 2.2 of the project's Lambda facts.
 */
import { hash, timingSafeEqual } from "node:crypto";
import { formatAmzDate } from "./amz-date.ts";
import {
  canonicalHeaderValue,
  canonicalPath,
  canonicalQuery,
  type PathStyle,
  pathStyleOf,
} from "./canonical.ts";
import {
  type ClaimReading,
  type OpenedRequest,
  openRequest,
  type ReceivedRequest,
  readClaim,
  type SignatureClaim,
} from "./received.ts";
import { payloadHashOf } from "./sign.ts";
import { hmacHex, signingKeyFor } from "./signing-key.ts";

/** What the verifier must know of an access key; whatever else the record holds is handed back. */
export interface KnownCredentials {
  readonly secretAccessKey: string;
  /** Present for temporary keys: requests must then carry exactly this token. */
  readonly sessionToken?: string | undefined;
  /** Wall-clock milliseconds from which a session counts as expired. */
  readonly expiresAtMs?: number | undefined;
}

export interface VerifyOptions {
  readonly nowMs: number;
  /** How far the client's clock may be off; default five minutes. */
  readonly maxSkewMs?: number | undefined;
  /** Where given, the credential scope must name it. */
  readonly region?: string | undefined;
  readonly service?: string | undefined;
  /** Whether `UNSIGNED-PAYLOAD` is let through; default false. */
  readonly allowUnsignedPayload?: boolean | undefined;
  /** Default: S3 signs the path as it stands, everybody else escapes it once more. */
  readonly pathStyle?: PathStyle | undefined;
  /** AWS IoT and a few others add the token after signing; default `signed`. */
  readonly sessionToken?: "signed" | "added-after-signing" | undefined;
}

export type SignatureErrorCode =
  | "MissingAuthenticationTokenException"
  | "IncompleteSignatureException"
  | "UnrecognizedClientException"
  | "ExpiredTokenException"
  | "InvalidSignatureException";

/** A refusal, ready to be answered. */
export interface SignatureRefusal {
  readonly ok: false;
  readonly code: SignatureErrorCode;
  readonly status: 403;
  readonly message: string;
}

export type Verification<Known> =
  | {
      readonly ok: true;
      readonly accessKeyId: string;
      readonly region: string;
      readonly service: string;
      /** The record that the lookup gave. */
      readonly identity: Known;
    }
  | SignatureRefusal;

/** Decides whether a request was signed, recently, by the holder of a known key, and arrived unchanged. */
export function verify<Known extends KnownCredentials>(
  received: ReceivedRequest,
  lookup: (accessKeyId: string) => Known | undefined,
  options: VerifyOptions,
): Verification<Known> {
  const request = openRequest(received);
  if (request === null)
    return refuse("IncompleteSignatureException", "The request is too large to be checked.");
  const reading = readClaim(request);
  if (reading.kind !== "claim") return refuseReading(reading);
  const { claim } = reading;
  const { accessKeyId, region, service } = claim;
  const identity = lookup(accessKeyId);
  const refusal =
    checkScope(claim, options) ??
    checkIdentity(claim, identity, options.nowMs) ??
    checkTime(claim, options) ??
    checkCoverage(claim, request, options) ??
    checkSignature({ received, request, claim, options }, identity!);
  return refusal ?? { ok: true, accessKeyId, region, service, identity: identity! };
}

const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
  "and signing method. Consult the service documentation for details.";
const DEFAULT_SKEW_MS = 300_000;

function checkScope(claim: SignatureClaim, options: VerifyOptions): SignatureRefusal | null {
  if (options.region !== undefined && claim.region !== options.region)
    return refuse(
      "InvalidSignatureException",
      `Credential should be scoped to a valid region, not '${claim.region}'. `,
    );
  if (options.service !== undefined && claim.service !== options.service)
    return refuse(
      "InvalidSignatureException",
      `Credential should be scoped to correct service: '${options.service}'. `,
    );
  return null;
}

function checkIdentity(
  claim: SignatureClaim,
  identity: KnownCredentials | undefined,
  nowMs: number,
): SignatureRefusal | null {
  const expected = identity?.sessionToken ?? null;
  if (identity === undefined || !sameText(claim.sessionToken ?? "", expected ?? ""))
    return refuse("UnrecognizedClientException", "The security token included in the request is invalid.");
  if (identity.expiresAtMs !== undefined && nowMs >= identity.expiresAtMs)
    return refuse("ExpiredTokenException", "The security token included in the request is expired");
  return null;
}

function checkTime(claim: SignatureClaim, options: VerifyOptions): SignatureRefusal | null {
  const { nowMs } = options;
  const skewMs = options.maxSkewMs ?? DEFAULT_SKEW_MS;
  const minutes = `${Math.round((skewMs / 60_000) * 100) / 100} min.`;
  const { signedAtMs, amzDate, expiresSeconds } = claim;
  const now = formatAmzDate(nowMs);
  if (signedAtMs > nowMs + skewMs) {
    const limit = formatAmzDate(nowMs + skewMs);
    return refuse(
      "InvalidSignatureException",
      `Signature not yet current: ${amzDate} is still later than ${limit} (${now} + ${minutes})`,
    );
  }
  if (expiresSeconds !== null) {
    const endsAtMs = signedAtMs + expiresSeconds * 1000;
    if (nowMs <= endsAtMs) return null;
    return refuse(
      "InvalidSignatureException",
      `Signature expired: ${formatAmzDate(endsAtMs)} is now earlier than ${now}`,
    );
  }
  if (signedAtMs >= nowMs - skewMs) return null;
  const limit = formatAmzDate(nowMs - skewMs);
  return refuse(
    "InvalidSignatureException",
    `Signature expired: ${amzDate} is now earlier than ${limit} (${now} - ${minutes})`,
  );
}

/** A signature must cover where the request goes and on whose behalf it is made. */
function checkCoverage(
  claim: SignatureClaim,
  request: OpenedRequest,
  options: VerifyOptions,
): SignatureRefusal | null {
  if (!claim.signedHeaders.includes("host"))
    return refuse(
      "InvalidSignatureException",
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
  const tokenIsHeader = claim.form === "header" && claim.sessionToken !== null;
  if (
    tokenIsHeader &&
    options.sessionToken !== "added-after-signing" &&
    !claim.signedHeaders.includes("x-amz-security-token")
  )
    return refuse(
      "InvalidSignatureException",
      "'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.",
    );
  for (const name of claim.signedHeaders)
    if (!request.headers.has(name)) return refuse("InvalidSignatureException", MISMATCH);
  return null;
}

interface SignatureCheck {
  readonly received: ReceivedRequest;
  readonly request: OpenedRequest;
  readonly claim: SignatureClaim;
  readonly options: VerifyOptions;
}

function checkSignature(check: SignatureCheck, identity: KnownCredentials): SignatureRefusal | null {
  const { claim } = check;
  const payloadHash = signedPayloadHash(check);
  if (payloadHash === null) return refuse("InvalidSignatureException", MISMATCH);
  const key = signingKeyFor(identity.secretAccessKey, claim);
  const canonical = receivedCanonicalRequest(check, payloadHash);
  const stringToSign = `AWS4-HMAC-SHA256\n${claim.amzDate}\n${key.scope}\n${hash("sha256", canonical)}`;
  return sameText(hmacHex(key, stringToSign), claim.signature)
    ? null
    : refuse("InvalidSignatureException", MISMATCH);
}

/** The digest that the client signed; null where it is not the digest of the body that arrived. */
function signedPayloadHash({ received, request, claim, options }: SignatureCheck): string | null {
  const sent = request.headers.get("x-amz-content-sha256")?.[0]?.trim();
  const unsigned = sent === "UNSIGNED-PAYLOAD" || (claim.form === "query" && claim.service === "s3");
  if (unsigned) return options.allowUnsignedPayload === true ? "UNSIGNED-PAYLOAD" : null;
  const actual = received.bodySha256 ?? payloadHashOf(received.body);
  return sent === undefined || sent === actual ? actual : null;
}

function receivedCanonicalRequest(check: SignatureCheck, payloadHash: string): string {
  const { received, request, claim, options } = check;
  const path = canonicalPath(request.path, options.pathStyle ?? pathStyleOf(claim.service));
  const query = canonicalQuery(request.query, claim.form === "query" ? omitted(options) : undefined);
  let text = `${received.method}\n${path}\n${query}\n`;
  for (const name of claim.signedHeaders)
    text += `${name}:${request.headers.get(name)!.map(canonicalHeaderValue).join(",")}\n`;
  return `${text}\n${claim.signedHeaders.join(";")}\n${payloadHash}`;
}

/** Parameters that were put into the query only after signing. */
function omitted(options: VerifyOptions): (key: string) => boolean {
  const late = options.sessionToken === "added-after-signing";
  return (key) => {
    const name = key.toLowerCase();
    return name === "x-amz-signature" || (late && name === "x-amz-security-token");
  };
}

function refuseReading(reading: Exclude<ClaimReading, { kind: "claim" }>): SignatureRefusal {
  if (reading.kind === "missing")
    return refuse("MissingAuthenticationTokenException", "Missing Authentication Token");
  const code = reading.kind === "incomplete" ? "IncompleteSignatureException" : "InvalidSignatureException";
  return refuse(code, reading.message);
}

function refuse(code: SignatureErrorCode, message: string): SignatureRefusal {
  return { ok: false, code, status: 403, message };
}

/** Compares without telling by its duration where two texts differ. */
function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
