/**
 * The client context of a synchronous Invoke: the carrier of what travels with a request.
 *
 * It belongs to the caller. Ours goes to `custom.tulle`, where every runtime's context object shows it, and
 * gives way whenever there is doubt: a context that is not base64 of a JSON object is passed on untouched,
 * and one that would grow past the service's limit is passed on without ours.
 */
import { MAX_CLIENT_CONTEXT_BYTES } from "./limits.ts";

export interface MergedClientContext {
  /** Base64 for `X-Amz-Client-Context`; null where there is nothing to send. */
  readonly value: string | null;
  /** Why ours was left out; null where it is in. */
  readonly dropped: "tooLong" | "unreadable" | null;
}

/**
 * Adds the mesh's context to a caller's client context, without touching what the caller put there.
 *
 * @param ours a `WireContext` as JSON. Text and not a value, because nearly every call has no client context
 * of its own, and then the text is all that there is to it.
 */
export function mergeClientContext(existing: string | null, ours: string): MergedClientContext {
  let merged: string;
  if (existing === null || existing === "") merged = `{"custom":{"tulle":${ours}}}`;
  else {
    const theirs = readClientContext(existing);
    const custom = theirs?.["custom"] ?? {};
    if (theirs === null || !isObject(custom)) return { value: existing, dropped: "unreadable" };
    merged = JSON.stringify({ ...theirs, custom: { ...custom, tulle: JSON.parse(ours) } });
  }
  const value = base64Of(merged);
  if (value.length > MAX_CLIENT_CONTEXT_BYTES) return { value: existing || null, dropped: "tooLong" };
  return { value, dropped: null };
}

/** Of the text in UTF-8. Plain ASCII, which is the rule, goes the way that costs a third. */
function base64Of(text: string): string {
  return Buffer.byteLength(text) === text.length ? btoa(text) : Buffer.from(text).toString("base64");
}

/** Decodes a client context; null for anything that is not base64 of a JSON object. */
export function readClientContext(value: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value, "base64").toString());
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
