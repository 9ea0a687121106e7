/**
 * Reads the target of a request line into path, query and decoded segments.
 *
 * `.` and `..` segments are refused instead of resolved, however they are encoded: a client that means well
 * resolves them itself, and whoever sends them raw hopes that two parties disagree about what they name. An
 * encoded slash stays inside its segment, so `{id}` can hold one, but no part between slashes may be a dot
 * segment either.
 */
import { TulleError } from "@tulle/core/errors";
import { splitPath } from "./template.ts";

export interface RequestTarget {
  /** As sent: percent-encoded, without the query. */
  readonly rawPath: string;
  /** As sent, without the question mark; empty for none. */
  readonly rawQuery: string;
  /** Percent-decoded segments of the path. */
  readonly segments: readonly string[];
}

/** Longest path and query together. */
export const MAX_TARGET_BYTES = 8_192;

/** Throws TULLE5004 for a target that is too long and TULLE5006 for one that cannot be decoded. */
export function parseTarget(target: string): RequestTarget {
  if (target.length > MAX_TARGET_BYTES)
    throw new TulleError("TULLE5004", `The address is longer than ${MAX_TARGET_BYTES} bytes.`);
  const local = originForm(target);
  const end = local.indexOf("?");
  const rawPath = end < 0 ? local : local.slice(0, end);
  return {
    rawPath,
    rawQuery: end < 0 ? "" : local.slice(end + 1),
    segments: splitPath(rawPath).map(decodeSegment),
  };
}

/** Decodes one percent-encoded text; `what` names it in the error. */
export function decodePercent(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new TulleError("TULLE5006", `The ${what} is not valid percent-encoded UTF-8.`, { cause });
  }
}

/** `http://host/path`, which clients send to proxies, and `/path` mean the same here. */
function originForm(target: string): string {
  const local = target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/#.*$/s, "");
  if (local === "" || local.startsWith("?")) return `/${local}`;
  if (!local.startsWith("/")) throw new TulleError("TULLE5006", "The address is not a path.");
  return local;
}

function decodeSegment(segment: string): string {
  const text = decodePercent(segment, "path");
  const forbidden = text.includes("\0") || text.split(/[/\\]/).some((part) => part === "." || part === "..");
  if (forbidden) throw new TulleError("TULLE5006", "The path has a segment that is not allowed.");
  return text;
}
