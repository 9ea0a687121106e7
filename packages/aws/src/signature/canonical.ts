/**
 * The canonical forms that a Signature Version 4 is computed over.
 *
 * One implementation serves the signer and the verifier, and both start from what stands on the wire: the
 * raw path and the raw query. Working from decoded values instead would need a promise that nobody between
 * the two sides encodes differently, and SDKs do (`%3A` against `:` in a function name).
 *
 * Every service but S3 escapes the path once more than the wire shows (`fn%3Alive` is signed as
 * `fn%253Alive`) and removes dot segments and empty segments first. S3 signs the path exactly as sent,
 * because `a//b` and `a/../b` are legal object keys. Source: AWS, "Create a signed AWS API request" (IAM
 * User Guide, read November 2026).
 */

/** How a service derives the canonical path from the one on the wire. */
export type PathStyle = "escaped" | "verbatim";

/** SHA-256 of no bytes, in hex. */
export const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** S3 signs the path as it stands; everybody else escapes it once more. */
export function pathStyleOf(service: string): PathStyle {
  return service === "s3" || service === "s3express" ? "verbatim" : "escaped";
}

/** Percent-encodes everything but RFC 3986's unreserved characters; a lone surrogate becomes U+FFFD. */
export function escapeUri(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replace(LEFT_BY_ENCODE_URI_COMPONENT, hexEscape);
}

/** The path as it enters the canonical request. */
export function canonicalPath(path: string, style: PathStyle): string {
  if (style === "verbatim") return path === "" ? "/" : path;
  if (PLAIN_PATH.test(path)) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") kept.pop();
    else kept.push(escapeUri(segment));
  }
  if (kept.length === 0) return "/";
  return `/${kept.join("/")}${path.endsWith("/") ? "/" : ""}`;
}

/**
 * The query as it enters the canonical request: every key and value encoded the one way, sorted by key,
 * then value.
 */
export function canonicalQuery(query: string, omit?: (key: string) => boolean): string {
  if (query === "") return "";
  const pairs: (readonly [key: string, value: string])[] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const at = part.indexOf("=");
    const key = reescape(at < 0 ? part : part.slice(0, at));
    if (omit?.(key)) continue;
    pairs.push([key, at < 0 ? "" : reescape(part.slice(at + 1))]);
  }
  if (pairs.length > 1) pairs.sort(byKeyThenValue);
  return pairs.map(([key, value]) => `${key}=${value}`).join("&");
}

/** A header value without the white space that does not count. */
export function canonicalHeaderValue(value: string): string {
  if (!UNTRIMMED.test(value)) return value;
  return value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "");
}

const NEEDS_ESCAPE = /[^A-Za-z0-9\-._~]/;
const LEFT_BY_ENCODE_URI_COMPONENT = /[!'()*]/g;
/** Paths that come out as they went in: no escapes, no empty segment, no segment that starts with a dot. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9\-_~][A-Za-z0-9\-._~]*)+\/?$/;
const UNTRIMMED = /^ | $|[\t\r\n]| {2}/;

/** Brings an encoded key or value to the one canonical encoding; a stray `%` counts as itself. */
function reescape(encoded: string): string {
  if (!NEEDS_ESCAPE.test(encoded)) return encoded;
  let decoded = encoded;
  if (encoded.includes("%")) {
    try {
      decoded = decodeURIComponent(encoded);
    } catch {
      // Not percent-encoding: both sides then sign the text as it stands.
    }
  }
  return escapeUri(decoded);
}

function hexEscape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function byKeyThenValue(a: readonly [string, string], b: readonly [string, string]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  if (a[1] === b[1]) return 0;
  return a[1] < b[1] ? -1 : 1;
}
