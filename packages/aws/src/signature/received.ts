/**
 * A received request, taken apart for the verifier.
 *
 * Sizes are bounded before anything is looked at, so that an unsigned stranger cannot make the verifier work.
 */

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query exactly as in the request line. */
  readonly url: string;
  /** Name, value, name, value ... as received (`IncomingMessage.rawHeaders`). */
  readonly rawHeaders: readonly string[];
  readonly body?: string | Uint8Array | undefined;
  /** Hex SHA-256 of the body, where it was computed while reading. */
  readonly bodySha256?: string | undefined;
}

/** The request taken apart; header names in lower case, repeated ones with all their values in order. */
export interface OpenedRequest {
  readonly path: string;
  readonly query: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** More headers than any client sends. */
export const MAX_HEADERS = 256;
const MAX_HEADER_BYTES = 128 * 1024;
const MAX_URL_CHARACTERS = 64 * 1024;

/** Splits a request; null where it is larger than any client's. */
export function openRequest(received: ReceivedRequest): OpenedRequest | null {
  const { url, rawHeaders } = received;
  if (url.length > MAX_URL_CHARACTERS || rawHeaders.length > MAX_HEADERS * 2) return null;
  const headers = new Map<string, string[]>();
  let bytes = 0;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const value = rawHeaders[at + 1]!;
    bytes += rawHeaders[at]!.length + value.length;
    const name = rawHeaders[at]!.toLowerCase();
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [value]);
    else values.push(value);
  }
  if (bytes > MAX_HEADER_BYTES) return null;
  const mark = url.indexOf("?");
  return mark < 0
    ? { path: url, query: "", headers }
    : { path: url.slice(0, mark), query: url.slice(mark + 1), headers };
}
