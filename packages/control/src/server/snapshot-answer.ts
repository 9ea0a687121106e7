import type { SnapshotCopy } from "../publish/snapshot-copies.ts";

/** Answers with a snapshot: 304 where the client has it, compressed where the client takes that. */
export function snapshotAnswer(copy: SnapshotCopy, request: Request): Response {
  const headers = { etag: copy.etag, "cache-control": "no-cache", vary: "accept-encoding" };
  if (isAtHand(request.headers.get("if-none-match"), copy.etag)) {
    return new Response(null, { status: 304, headers });
  }
  const json = { ...headers, "content-type": "application/json" };
  if (!takesGzip(request.headers.get("accept-encoding"))) return new Response(copy.bytes, { headers: json });
  return new Response(copy.gzipped(), { headers: { ...json, "content-encoding": "gzip" } });
}

/** Weak comparison over a list, as RFC 9110 section 13.1.2 has it. */
function isAtHand(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

function takesGzip(acceptEncoding: string | null): boolean {
  const offers = (acceptEncoding ?? "").toLowerCase().split(",");
  const gzip = offers.find((offer) => /^\s*gzip\s*(;|$)/.test(offer));
  return gzip !== undefined && !/;\s*q=0(\.0*)?\s*$/.test(gzip);
}
