/**
 * The client context of a synchronous Invoke: the carrier of what travels with a request.
 *
 * It belongs to the caller. Ours goes to `custom.tulle`, where every runtime's context object shows it, and
 * gives way whenever there is doubt: a context that is not base64 of a JSON object is passed on untouched,
 * and one that would grow past the service's limit is passed on without ours.
 */
import type { WireContext } from "@tulle/core/context";
import { MAX_CLIENT_CONTEXT_BYTES } from "./limits.ts";

export interface MergedClientContext {
  /** Base64 for `X-Amz-Client-Context`; null where there is nothing to send. */
  readonly value: string | null;
  /** Why ours was left out; null where it is in. */
  readonly dropped: "tooLong" | "unreadable" | null;
}

/** Adds the mesh's context to a caller's client context, without touching what the caller put there. */
export function mergeClientContext(
  existing: string | null,
  ours: { readonly tulle: WireContext },
): MergedClientContext {
  const theirs = existing === null || existing === "" ? {} : readClientContext(existing);
  const custom = theirs?.["custom"] ?? {};
  if (theirs === null || !isObject(custom)) return { value: existing, dropped: "unreadable" };
  const merged = JSON.stringify({ ...theirs, custom: { ...custom, tulle: ours.tulle } });
  const value = Buffer.from(merged).toString("base64");
  if (value.length > MAX_CLIENT_CONTEXT_BYTES) return { value: existing || null, dropped: "tooLong" };
  return { value, dropped: null };
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
