/** placeholder */
export type HeaderValue =
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "byte" | "short" | "integer"; readonly value: number }
  | { readonly type: "long"; readonly value: bigint }
  | { readonly type: "binary"; readonly value: Uint8Array }
  | { readonly type: "string"; readonly value: string }
  /** Milliseconds since 1970. */
  | { readonly type: "timestamp"; readonly value: bigint }
  /** Lower-case, with hyphens. */
  | { readonly type: "uuid"; readonly value: string };

export interface EventStreamMessage {
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly payload: Uint8Array;
}

export type EventStreamErrorCode =
  | "preludeChecksum"
  | "messageChecksum"
  | "messageLength"
  | "headerLength"
  | "header"
  | "truncated";
/** Spells one message as a frame with its two checksums. */
export declare function encodeMessage(message: EventStreamMessage): Uint8Array;
