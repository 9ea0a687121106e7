/**
 * The request's body as the event carries it: text where it is text for certain, base64 otherwise.
 *
 * Form posts are base64 although they are text, because that is what HTTP APIs send and what functions
 * expect. A body that claims to be text and is not UTF-8 goes as base64 as well, so that no byte is lost.
 */
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";

export interface EncodedBody {
  readonly text: string;
  readonly base64: boolean;
}

export function encodeBody(body: Buffer, headers: IncomingHttpHeaders): EncodedBody {
  const base64 = body.length > 0 && !(isTextual(headers) && isUtf8(body));
  return { text: body.toString(base64 ? "base64" : "utf8"), base64 };
}

function isTextual(headers: IncomingHttpHeaders): boolean {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding.toLowerCase() !== "identity") return false;
  const type = (headers["content-type"] ?? "text/plain").split(";")[0]!.trim().toLowerCase();
  return /^text\/|^application\/(?:.+\+)?(?:json|xml)$|^application\/javascript$/.test(type);
}
