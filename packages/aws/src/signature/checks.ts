/**
 * What a claim must satisfy before its signature is worth computing: scope, identity, time, coverage.
 *
 * Each check gives a refusal or null, cheapest first.
 */
import { formatAmzDate } from "./amz-date.ts";
import type { SignatureClaim } from "./claim.ts";
import { refuse, type SignatureRefusal } from "./refusal.ts";
import type { KnownCredentials, VerifyOptions } from "./verify.ts";

const DEFAULT_SKEW_MS = 300_000;

export function checkScope(claim: SignatureClaim, options: VerifyOptions): SignatureRefusal | null {
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

export function checkIdentity(
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

export function checkTime(claim: SignatureClaim, options: VerifyOptions): SignatureRefusal | null {
  const { nowMs } = options;
  const skewMs = options.maxSkewMs ?? DEFAULT_SKEW_MS;
  const { signedAtMs, amzDate, expiresSeconds } = claim;
  if (signedAtMs > nowMs + skewMs) {
    const limit = formatAmzDate(nowMs + skewMs);
    const sum = `${formatAmzDate(nowMs)} + ${minutesOf(skewMs)}`;
    return refuse(
      "InvalidSignatureException",
      `Signature not yet current: ${amzDate} is still later than ${limit} (${sum})`,
    );
  }
  if (expiresSeconds !== null) {
    const endsAtMs = signedAtMs + expiresSeconds * 1000;
    if (nowMs <= endsAtMs) return null;
    return refuse(
      "InvalidSignatureException",
      `Signature expired: ${formatAmzDate(endsAtMs)} is now earlier than ${formatAmzDate(nowMs)}`,
    );
  }
  if (signedAtMs >= nowMs - skewMs) return null;
  const limit = formatAmzDate(nowMs - skewMs);
  const difference = `${formatAmzDate(nowMs)} - ${minutesOf(skewMs)}`;
  return refuse(
    "InvalidSignatureException",
    `Signature expired: ${amzDate} is now earlier than ${limit} (${difference})`,
  );
}

function minutesOf(ms: number): string {
  return `${Math.round((ms / 60_000) * 100) / 100} min.`;
}

/** A signature must cover where the request goes and on whose behalf it is made. */
export function checkCoverage(claim: SignatureClaim, options: VerifyOptions): SignatureRefusal | null {
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
  return null;
}

/** Compares without telling by its duration where two texts differ. */
export function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
