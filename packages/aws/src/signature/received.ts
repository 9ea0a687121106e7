/**
 * A received request, taken apart for the verifier.
 *
 * Sizes are bounded before anything is looked at, so that an unsigned stranger cannot make the verifier work.
 */
import { canonicalHeaderValue } from "./canonical.ts";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query exactly as in the request line. */
  readonly url: string;
  /**
   * Name, value, name, value ... as received (`IncomingMessage.rawHeaders`); or, from a reader that bounds
   * heads itself, names in lower case, values trimmed, repeated ones joined by a comma alone.
   */
  readonly rawHeaders: readonly string[] | ReadonlyMap<string, string>;
  readonly body?: string | Uint8Array | undefined;
  /** Hex SHA-256 of the body, where it was computed while reading. */
  readonly bodySha256?: string | undefined;
}

/**
 * The request taken apart; header names in lower case, the values of a repeated one in order, in canonical
 * form, joined by a comma.
 */
export interface OpenedRequest {
  readonly path: string;
  readonly query: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** More headers than any client sends. */
export const MAX_HEADERS = 256;
const MAX_HEADER_BYTES = 128 * 1024;
const MAX_URL_CHARACTERS = 64 * 1024;

/** Splits a request; null where it is larger than any client's. */
export function openRequest({ url, rawHeaders }: ReceivedRequest): OpenedRequest | null {
  if (url.length > MAX_URL_CHARACTERS) return null;
  const headers = "size" in rawHeaders ? rawHeaders : openHeaders(rawHeaders);
  if (headers === null || headers.size > MAX_HEADERS) return null;
  const mark = url.indexOf("?");
  return mark < 0
    ? { path: url, query: "", headers }
    : { path: url.slice(0, mark), query: url.slice(mark + 1), headers };
}

function openHeaders(rawHeaders: readonly string[]): Map<string, string> | null {
  if (rawHeaders.length > MAX_HEADERS * 2) return null;
  const headers = new Map<string, string>();
  let bytes = 0;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const value = rawHeaders[at + 1]!;
    bytes += rawHeaders[at]!.length + value.length;
    const name = rawHeaders[at]!.toLowerCase();
    const before = headers.get(name);
    headers.set(
      name,
      before === undefined ? value : `${canonicalHeaderValue(before)},${canonicalHeaderValue(value)}`,
    );
  }
  return bytes > MAX_HEADER_BYTES ? null : headers;
}
