import { isUtf8 } from "node:buffer";
import { ApiError } from "./errors.ts";

/**
 * Checks that an invocation's body is JSON, as Lambda does before it runs anything.
 *
 * The messages follow the service's parser (Jackson) where a recorded answer shows them: bytes that are not
 * UTF-8 are named with their column. Everything else names the character and its place.
 */
export function checkJson(bytes: Uint8Array): void {
  if (!isUtf8(bytes)) throw invalid(utf8Fault(bytes), bytes, firstBadByte(bytes) + 1);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  try {
    JSON.parse(text);
  } catch (cause) {
    const at = faultPosition(text, (cause as Error).message);
    throw invalid(jsonFault(text, at), bytes, Buffer.byteLength(text.slice(0, at)));
  }
}

function invalid(fault: string, bytes: Uint8Array, at: number): ApiError {
  const before = bytes.subarray(0, at);
  const lineStart = before.lastIndexOf(0x0a) + 1;
  const line = before.reduce((lines, byte) => lines + (byte === 0x0a ? 1 : 0), 1);
  return new ApiError(
    "InvalidRequestContentException",
    `Could not parse request body into json: Could not parse payload into json: ${fault}\n` +
      " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); " +
      `line: ${line}, column: ${at - lineStart + 1}]`,
  );
}

/** Index of the byte at which the text stops being UTF-8. */
function firstBadByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.byteLength;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isUtf8Prefix(bytes, middle + 1)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether the first bytes are UTF-8, but for a last character that may go on. */
function isUtf8Prefix(bytes: Uint8Array, length: number): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    decoder.decode(bytes.subarray(0, length), { stream: true });
    return true;
  } catch {
    return false;
  }
}

function utf8Fault(bytes: Uint8Array): string {
  const at = firstBadByte(bytes);
  const byte = bytes[at];
  if (byte === undefined) return "Unexpected end-of-input in the middle of a character";
  const expectsStart = at === 0 || isUtf8(bytes.subarray(0, at));
  return `Invalid UTF-8 ${expectsStart ? "start" : "middle"} byte 0x${byte.toString(16).padStart(2, "0")}`;
}

/** Where V8 stopped; the end where it does not say. */
function faultPosition(text: string, message: string): number {
  const match = /at position (\d+)/.exec(message);
  if (match !== null) return Math.min(Number(match[1]), text.length);
  const token = /Unexpected token '(.)'/su.exec(message);
  return token === null ? text.length : Math.max(0, text.indexOf(token[1] ?? ""));
}

const expected = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

function jsonFault(text: string, at: number): string {
  if (at >= text.length) return "Unexpected end-of-input";
  const word = /^[A-Za-z_$][\w$]*/.exec(text.slice(at))?.[0];
  if (word !== undefined) return `Unrecognized token '${word}': was expecting (${expected})`;
  const code = text.codePointAt(at) ?? 0;
  const shown = `'${String.fromCodePoint(code)}' (code ${code})`;
  return `Unexpected character (${shown}): expected a valid value (${expected})`;
}
