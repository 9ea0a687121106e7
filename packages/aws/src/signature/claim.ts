/**
 * Reads what a signed request claims: in the Authorization header, or in the query of a presigned URL.
 *
 * Nothing here decides whether the claim is true. Codes and words of a malformed claim are the service's.
 */
import { createHash } from "node:crypto";
import { formatAmzDate, parseAmzDate } from "./amz-date.ts";
import { MAX_HEADERS, type OpenedRequest } from "./received.ts";

/** On whose behalf, for what and over which headers somebody signs: the same for many requests. */
export interface ClaimScope {
  readonly accessKeyId: string;
  readonly shortDate: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** The same, joined by semicolons as they were sent. */
  readonly signedHeaderNames: string;
}

/** A claim to be checked: who signed what, when. */
export interface SignatureClaim extends ClaimScope {
  readonly form: "header" | "query";
  readonly signature: string;
  readonly signedAtMs: number;
  readonly amzDate: string;
  /** Lifetime of a presigned URL; null in the header form. */
  readonly expiresSeconds: number | null;
  readonly sessionToken: string | null;
}

export type ClaimReading =
  | { readonly kind: "claim"; readonly claim: SignatureClaim }
  | { readonly kind: "missing" }
  | { readonly kind: "incomplete"; readonly message: string }
  | { readonly kind: "invalid"; readonly message: string };

const ALGORITHM = "AWS4-HMAC-SHA256";

/** Reads the claim of a request, in whichever form it is made. */
export function readClaim(request: OpenedRequest): ClaimReading {
  const authorization = request.headers.get("authorization");
  if (authorization !== undefined) return readHeaderClaim(authorization, request);
  const parameters = signatureParameters(request.query);
  if (parameters.size === 0) return { kind: "missing" };
  return readQueryClaim(parameters);
}

/**
 * Scopes by what stands in the header before the signature. A client says the same there all day, so it is
 * taken apart once; the number kept is bounded.
 */
const knownScopes = new Map<string, ClaimScope>();
const KEPT_SCOPES = 256;
const KEPT_CHARACTERS = 2048;
const SIGNATURE_LAST = /Signature=[0-9a-f]{64}$/;
const HEX_CHARACTERS = 64;

function readHeaderClaim(authorization: string, request: OpenedRequest): ClaimReading {
  const fixed = SIGNATURE_LAST.test(authorization) ? authorization.slice(0, -HEX_CHARACTERS) : "";
  const scope = knownScopes.get(fixed);
  const amzDate = dateOf(request);
  const sessionToken = request.headers.get("x-amz-security-token")?.trim() ?? null;
  if (scope !== undefined && amzDate !== null) {
    const signature = authorization.slice(-HEX_CHARACTERS);
    return datedClaim(scope, { form: "header", signature, amzDate, expiresSeconds: null, sessionToken });
  }
  const reading = takeHeaderApart(authorization, { amzDate, sessionToken });
  if (reading.kind === "claim" && fixed !== "" && fixed.length < KEPT_CHARACTERS) {
    if (knownScopes.size >= KEPT_SCOPES) knownScopes.clear();
    const { accessKeyId, shortDate, region, service, signedHeaders, signedHeaderNames } = reading.claim;
    knownScopes.set(fixed, { accessKeyId, shortDate, region, service, signedHeaders, signedHeaderNames });
  }
  return reading;
}

function takeHeaderApart(
  authorization: string,
  { amzDate, sessionToken }: { readonly amzDate: string | null; readonly sessionToken: string | null },
): ClaimReading {
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    const scheme = authorization.split(" ", 1)[0]!;
    return { kind: "incomplete", message: `Unsupported AWS 'algorithm': '${scheme.slice(0, 64)}'.` };
  }
  const parts = new Map<string, string>();
  for (const part of authorization.slice(ALGORITHM.length).split(",")) {
    const at = part.indexOf("=");
    if (at > 0) parts.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const missing = ["Credential", "Signature", "SignedHeaders"].filter((name) => !parts.get(name));
  const complaints = missing.map((name) => `Authorization header requires '${name}' parameter.`);
  if (amzDate === null)
    complaints.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (amzDate === null || missing.length > 0) return incomplete(complaints, authorization);
  return claimOf({
    form: "header",
    credential: parts.get("Credential")!,
    signedHeaders: parts.get("SignedHeaders")!,
    signature: parts.get("Signature")!,
    amzDate,
    expiresSeconds: null,
    sessionToken,
  });
}

function readQueryClaim(parameters: ReadonlyMap<string, string>): ClaimReading {
  const required = ["algorithm", "credential", "signature", "signedheaders", "date", "expires"];
  const missing = required.filter((name) => !parameters.get(name));
  if (missing.length > 0) {
    const complaints = missing.map((name) => `AWS query-string parameters must include '${NAMES[name]}'.`);
    return { kind: "incomplete", message: complaints.join(" ") };
  }
  if (parameters.get("algorithm") !== ALGORITHM)
    return { kind: "incomplete", message: "Unsupported AWS 'algorithm' in the query string." };
  const expiresSeconds = Number(parameters.get("expires"));
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0 || expiresSeconds > MAX_EXPIRES_SECONDS)
    return { kind: "incomplete", message: "X-Amz-Expires must be a whole number of seconds below one week." };
  return claimOf({
    form: "query",
    credential: parameters.get("credential")!,
    signedHeaders: parameters.get("signedheaders")!,
    signature: parameters.get("signature")!,
    amzDate: parameters.get("date")!,
    expiresSeconds,
    sessionToken: parameters.get("security-token") ?? null,
  });
}

const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;
const NAMES: Readonly<Record<string, string>> = {
  algorithm: "X-Amz-Algorithm",
  credential: "X-Amz-Credential",
  signature: "X-Amz-Signature",
  signedheaders: "X-Amz-SignedHeaders",
  date: "X-Amz-Date",
  expires: "X-Amz-Expires",
};

interface DatedClaim {
  readonly form: "header" | "query";
  readonly signature: string;
  readonly amzDate: string;
  readonly expiresSeconds: number | null;
  readonly sessionToken: string | null;
}

interface RawClaim extends DatedClaim {
  readonly credential: string;
  readonly signedHeaders: string;
}

function claimOf(raw: RawClaim): ClaimReading {
  const elements = raw.credential.split("/");
  if (elements.length !== 5)
    return {
      kind: "incomplete",
      message:
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, " +
        `got '${raw.credential.slice(0, 256)}'`,
    };
  const [accessKeyId = "", shortDate = "", region = "", service = "", terminator] = elements;
  if (terminator !== "aws4_request" && parseAmzDate(raw.amzDate) !== null)
    return invalid(
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`,
    );
  const signedHeaders = raw.signedHeaders.split(";");
  const scope = { accessKeyId, shortDate, region, service, signedHeaders };
  const reading = datedClaim({ ...scope, signedHeaderNames: raw.signedHeaders }, raw);
  // Each name adds a header's value to what is digested: names said often would make a small request large.
  if (
    reading.kind === "claim" &&
    (signedHeaders.length > MAX_HEADERS || new Set(signedHeaders).size !== signedHeaders.length)
  )
    return { kind: "incomplete", message: "SignedHeaders must name every header once." };
  return reading;
}

function datedClaim(scope: ClaimScope, dated: DatedClaim): ClaimReading {
  const { form, signature, amzDate, expiresSeconds, sessionToken } = dated;
  const { accessKeyId, shortDate, region, service, signedHeaders, signedHeaderNames } = scope;
  const signedAtMs = parseAmzDate(amzDate);
  if (signedAtMs === null)
    return {
      kind: "incomplete",
      message: `Date must be in ISO-8601 'basic format'. Got '${amzDate.slice(0, 64)}'.`,
    };
  if (!amzDate.startsWith(shortDate) || shortDate.length !== 8)
    return invalid(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        `'${shortDate}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`,
    );
  return {
    kind: "claim",
    claim: {
      form,
      accessKeyId,
      shortDate,
      region,
      service,
      signedHeaders,
      signedHeaderNames,
      signature,
      signedAtMs,
      amzDate,
      expiresSeconds,
      sessionToken,
    },
  };
}

/** `X-Amz-*` parameters of a query that belong to a signature, by lower-case name without the prefix. */
function signatureParameters(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of query.split("&")) {
    const match = SIGNATURE_PARAMETER.exec(part);
    if (match === null) continue;
    try {
      found.set(match[1]!.toLowerCase(), decodeURIComponent(match[2]!));
    } catch {
      // Not percent-encoding: counts as missing.
    }
  }
  return found;
}

const SIGNATURE_PARAMETER =
  /^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)=(.*)$/i;

/** The request's own time in basic format: `X-Amz-Date`, else `Date` in any form that HTTP allows. */
function dateOf(request: OpenedRequest): string | null {
  const amzDate = request.headers.get("x-amz-date")?.trim();
  if (amzDate !== undefined) return amzDate;
  const date = request.headers.get("date")?.trim();
  if (date === undefined) return null;
  if (parseAmzDate(date) !== null) return date;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? date : formatAmzDate(ms);
}

function invalid(message: string): ClaimReading {
  return { kind: "invalid", message };
}

/** The header itself holds a secret's trace, so the service shows a digest of it. */
function incomplete(complaints: readonly string[], authorization: string): ClaimReading {
  const digest = createHash("sha256").update(authorization).digest("base64");
  const shown = `(Hashed with SHA-256 and encoded with Base64) Authorization=${digest}`;
  return { kind: "incomplete", message: `${complaints.join(" ")} ${shown}` };
}
