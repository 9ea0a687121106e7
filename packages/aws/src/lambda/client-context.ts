/** placeholder */
import type { WireContext } from "@tulle/core/context";
export interface MergedClientContext {
  /** Base64 for `X-Amz-Client-Context`; null where there is nothing to send. */
  readonly value: string | null;
  /** Whether ours was left out, and why. */
  readonly dropped: "tooLong" | "unreadable" | null;
}
/** Adds the mesh's context to a caller's client context, without touching what the caller put there. */
export declare function mergeClientContext(
  existing: string | null,
  ours: { readonly tulle: WireContext },
): MergedClientContext;
/** Decodes a client context; null for anything that is not base64 of a JSON object. */
export declare function readClientContext(value: string): Readonly<Record<string, unknown>> | null;
