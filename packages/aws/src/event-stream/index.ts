/** Event-stream frames: `application/vnd.amazon.eventstream`, encoded and decoded with their checksums. */
export { createMessageDecoder, type DecodeStep, type MessageDecoder } from "./decoder.ts";
export type { HeaderValue, MessageHeaders } from "./headers.ts";
export {
  type EncodedMessage,
  type EventStreamErrorCode,
  type EventStreamMessage,
  encodeMessage,
  MAX_MESSAGE_BYTES,
} from "./message.ts";
