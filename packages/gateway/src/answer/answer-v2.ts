/**
 * Reads a function's answer as a response of payload format 2.0.
 *
 * An object with a `statusCode` is a response and must be a well-formed one; every other JSON value is a
 * 200 with that value as its JSON body. Headers that describe the connection or the length are the door's
 * own business and are dropped.
 * Source: AWS documentation, "Working with AWS Lambda proxy integrations for HTTP APIs".
 */
import { validateHeaderName, validateHeaderValue } from "node:http";
import { TulleError } from "@tulle/core/errors";

export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly cookies: readonly string[];
  readonly body: Uint8Array;
}

/** Throws TULLE5008 for a response that is not well-formed. */
export function readAnswer(bytes: Uint8Array): Answer {
  const value = parse(bytes);
  if (!isObject(value) || value["statusCode"] === undefined)
    return { status: 200, headers: [["content-type", "application/json"]], cookies: [], body: bytes };
  return {
    status: readStatus(value["statusCode"]),
    headers: readHeaders(value["headers"]),
    cookies: readCookies(value["cookies"]),
    body: readBody(value["body"], value["isBase64Encoded"] === true),
  };
}

const ownHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-request-id",
]);

function readStatus(value: unknown): number {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw malformed("`statusCode` is not a number from 200 to 599");
}

function readHeaders(value: unknown): readonly (readonly [string, string])[] {
  const given = value ?? {};
  if (!isObject(given)) throw malformed("`headers` is not an object");
  const headers: [string, string][] = [];
  for (const [name, content] of Object.entries(given)) {
    if (ownHeaders.has(name.toLowerCase())) continue;
    headers.push([name, headerText(name, content)]);
  }
  if (!headers.some(([name]) => name.toLowerCase() === "content-type"))
    headers.push(["content-type", "text/plain; charset=utf-8"]);
  return headers;
}

function headerText(name: string, content: unknown): string {
  if (typeof content !== "string" && typeof content !== "number" && typeof content !== "boolean")
    throw malformed(`header "${name}" is not a string`);
  const text = String(content);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
  } catch (cause) {
    throw malformed(`header "${name}" is not a valid HTTP header`, cause);
  }
  return text;
}

function readCookies(value: unknown): readonly string[] {
  const cookies = value ?? [];
  if (!Array.isArray(cookies)) throw malformed("`cookies` is not a list");
  return cookies.map((cookie) => headerText("set-cookie", cookie));
}

function readBody(value: unknown, base64: boolean): Uint8Array {
  const text = value ?? "";
  if (typeof text !== "string") throw malformed("`body` is not a string");
  return Buffer.from(text, base64 ? "base64" : "utf8");
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (cause) {
    throw malformed("the answer is not JSON", cause);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(what: string, cause?: unknown): TulleError {
  return new TulleError("TULLE5008", what, cause === undefined ? {} : { cause });
}
