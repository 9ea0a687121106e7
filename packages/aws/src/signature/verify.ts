/**
 * Checks a received request against Signature Version 4, as an AWS service does.
 *
 * The request is signed again from what arrived, with only the headers that the client says it signed, and
 * the two signatures are compared in constant time. That makes one verifier good for every client: each SDK
 * signs another set of headers. The body's digest is computed here unless the reader did it while reading;
 * a client's `x-amz-content-sha256` must agree with it. Codes and messages are the service's own, so that
 * SDKs classify them. Source: recorded and documented answers; section 2.2 of the project's Lambda facts.
 */
import { hash } from "node:crypto";
import {
  canonicalHeaderValue,
  canonicalPath,
  canonicalQuery,
  type PathStyle,
  pathStyleOf,
} from "./canonical.ts";
import { checkCoverage, checkIdentity, checkScope, checkTime, sameText } from "./checks.ts";
import { type ClaimReading, readClaim, type SignatureClaim } from "./claim.ts";
import { type OpenedRequest, openRequest, type ReceivedRequest } from "./received.ts";
import { MISMATCH, refuse, type SignatureRefusal } from "./refusal.ts";
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
    checkCoverage(claim, options) ??
    checkSignature({ received, request, claim, options }, identity!);
  return refusal ?? { ok: true, accessKeyId, region, service, identity: identity! };
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
  if (canonical === null) return refuse("InvalidSignatureException", MISMATCH);
  const stringToSign = `AWS4-HMAC-SHA256\n${claim.amzDate}\n${key.scope}\n${hash("sha256", canonical)}`;
  return sameText(hmacHex(key, stringToSign), claim.signature)
    ? null
    : refuse("InvalidSignatureException", MISMATCH);
}

/** The digest that the client signed; null where it is not the digest of the body that arrived. */
function signedPayloadHash({ received, request, claim, options }: SignatureCheck): string | null {
  const sent = request.headers.get("x-amz-content-sha256")?.trim();
  const unsigned = sent === "UNSIGNED-PAYLOAD" || (claim.form === "query" && claim.service === "s3");
  if (unsigned) return options.allowUnsignedPayload === true ? "UNSIGNED-PAYLOAD" : null;
  const actual = received.bodySha256 ?? payloadHashOf(received.body);
  return sent === undefined || sent === actual ? actual : null;
}

/** Null where a header that is said to be signed did not arrive. */
function receivedCanonicalRequest(check: SignatureCheck, payloadHash: string): string | null {
  const { received, request, claim, options } = check;
  const path = canonicalPath(request.path, options.pathStyle ?? pathStyleOf(claim.service));
  const query = canonicalQuery(request.query, claim.form === "query" ? omitted(options) : undefined);
  let text = `${received.method}\n${path}\n${query}\n`;
  for (const name of claim.signedHeaders) {
    const value = request.headers.get(name);
    if (value === undefined) return null;
    text += `${name}:${canonicalHeaderValue(value)}\n`;
  }
  return `${text}\n${claim.signedHeaderNames}\n${payloadHash}`;
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
