/**
 * Reads what a signed request claims: in the Authorization header, or in the query of a presigned URL.
 *
 * Nothing here decides whether the claim is true. Codes and words of a malformed claim are the service's.
 */
import { createHash } from "node:crypto";
import { formatAmzDate, parseAmzDate } from "./amz-date.ts";
import { MAX_HEADERS, type OpenedRequest } from "./received.ts";

/** A claim to be checked: who signed what, when. */
export interface SignatureClaim {
  readonly form: "header" | "query";
  readonly accessKeyId: string;
  readonly shortDate: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
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
  if (authorization !== undefined) return readHeaderClaim(authorization[0]!, request);
  const parameters = signatureParameters(request.query);
  if (parameters.size === 0) return { kind: "missing" };
  return readQueryClaim(parameters);
}

function readHeaderClaim(authorization: string, request: OpenedRequest): ClaimReading {
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
  const amzDate = dateOf(request);
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
    sessionToken: request.headers.get("x-amz-security-token")?.[0]?.trim() ?? null,
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

interface RawClaim {
  readonly form: "header" | "query";
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly amzDate: string;
  readonly expiresSeconds: number | null;
  readonly sessionToken: string | null;
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
  const [accessKeyId, shortDate, region, service, terminator] = elements as [
    string,
    string,
    string,
    string,
    string,
  ];
  const signedAtMs = parseAmzDate(raw.amzDate);
  if (signedAtMs === null)
    return {
      kind: "incomplete",
      message: `Date must be in ISO-8601 'basic format'. Got '${raw.amzDate.slice(0, 64)}'.`,
    };
  if (terminator !== "aws4_request")
    return invalid(
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`,
    );
  if (shortDate !== raw.amzDate.slice(0, 8))
    return invalid(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        `'${shortDate}' != '${raw.amzDate.slice(0, 8)}', from '${raw.amzDate}'.`,
    );
  const { form, signature, amzDate, expiresSeconds, sessionToken } = raw;
  const signedHeaders = raw.signedHeaders.split(";");
  // Each name adds a header's value to what is digested: names said often would make a small request large.
  if (signedHeaders.length > MAX_HEADERS || new Set(signedHeaders).size !== signedHeaders.length)
    return { kind: "incomplete", message: "SignedHeaders must name every header once." };
  return {
    kind: "claim",
    claim: {
      form,
      accessKeyId,
      shortDate,
      region,
      service,
      signedHeaders,
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
  const amzDate = request.headers.get("x-amz-date")?.[0]?.trim();
  if (amzDate !== undefined) return amzDate;
  const date = request.headers.get("date")?.[0]?.trim();
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
