/**
 * Type and message of a function's error document, without parsing the document.
 *
 * A function may put megabytes into an error, and the mesh looks at every one to classify it. Both fields
 * stand at the top level, so a walk over the bytes that skips nested values finds them; it ends when both
 * are found or the budget is used up. Names are matched as the runtimes write them, unescaped.
 */
export interface FunctionErrorSummary {
  /** Empty where the document has none. */
  readonly errorType: string;
  /** Empty where the document has none; cut after 4,096 bytes. */
  readonly errorMessage: string;
}

const MAX_SCANNED_BYTES = 256 * 1024;
const MAX_VALUE_BYTES = 4096;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d]);
const WHITE_SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Reads the summary of an error document; empty texts for a payload that is not one. */
export function readFunctionError(payload: Uint8Array): FunctionErrorSummary {
  const bytes = Buffer.from(
    payload.buffer,
    payload.byteOffset,
    Math.min(payload.byteLength, MAX_SCANNED_BYTES),
  );
  const found = { errorType: "", errorMessage: "" };
  let wanted = 2;
  let depth = 0;
  for (let at = 0; at < bytes.length && wanted > 0; at++) {
    const byte = bytes[at]!;
    if (OPENING.has(byte)) depth++;
    else if (CLOSING.has(byte)) depth--;
    if (byte !== QUOTE) continue;
    const end = endOfString(bytes, at);
    const key = depth === 1 ? bytes.toString("latin1", at + 1, Math.min(end, at + 16)) : "";
    at = end;
    if (key !== "errorType" && key !== "errorMessage") continue;
    const value = skipWhiteSpace(bytes, end + 1);
    if (bytes[value] !== COLON) continue;
    const start = skipWhiteSpace(bytes, value + 1);
    if (bytes[start] !== QUOTE) continue;
    at = endOfString(bytes, start);
    found[key] = decodeString(bytes.subarray(start + 1, at));
    wanted--;
  }
  return found;
}

/** Position of the closing quote, or the end of what is looked at. */
function endOfString(bytes: Buffer, open: number): number {
  for (let at = open + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}

function skipWhiteSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (WHITE_SPACE.has(bytes[at]!)) at++;
  return at;
}

function decodeString(raw: Buffer): string {
  if (raw.length <= MAX_VALUE_BYTES) return unescapeJson(raw.toString()) ?? raw.toString();
  // Cut outside an escape: six bytes are the longest one.
  const text = raw
    .toString("utf8", 0, MAX_VALUE_BYTES)
    .replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, "")
    .replace(/\uFFFD$/, "");
  return unescapeJson(text) ?? text;
}

function unescapeJson(text: string): string | null {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return null;
  }
}
