/** placeholder */
import type { EventStreamErrorCode, EventStreamMessage } from "./message.ts";
export type DecodeStep =
  | { readonly kind: "messages"; readonly messages: readonly EventStreamMessage[] }
  /** `messages` are the sound ones before the fault; the decoder takes nothing more. */
  | {
      readonly kind: "invalid";
      readonly code: EventStreamErrorCode;
      readonly message: string;
      readonly messages: readonly EventStreamMessage[];
    };

export interface MessageDecoder {
  /** Takes bytes cut anywhere and gives the messages that are now complete. */
  push(bytes: Uint8Array): DecodeStep;
  /** Says whether the stream may end here. */
  end(): DecodeStep;
}
export declare function createMessageDecoder(): MessageDecoder;
