/** Request line and headers as text, with nothing in them that could end a line. */
import type { WireRequest } from "./exchange.ts";

const METHOD = /^[A-Z]+$/;
const TARGET = /^\/[!-~]*$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;
/** What this module decides by itself. */
const FRAMING: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "transfer-encoding",
  "upgrade",
]);
/** Requests of these kinds say nothing about a body that they do not have. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Null where method, path or a header holds what HTTP does not allow there. */
export function requestHead({ method, path, headers, body }: WireRequest): string | null {
  if (!METHOD.test(method) || !TARGET.test(path)) return null;
  let head = `${method} ${path} HTTP/1.1\r\n`;
  for (const name in headers) {
    const value = headers[name]!;
    if (FRAMING.has(name)) continue;
    if (!NAME.test(name) || FORBIDDEN.test(value)) return null;
    head += `${name}: ${value}\r\n`;
  }
  const bytes = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  return bytes === 0 && BODILESS.has(method) ? `${head}\r\n` : `${head}content-length: ${bytes}\r\n\r\n`;
}
