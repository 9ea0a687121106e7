/** Event-stream frames: `application/vnd.amazon.eventstream`, encoded and decoded with their checksums. */
export { createMessageDecoder, type DecodeStep, type MessageDecoder } from "./decoder.ts";
export {
  type EventStreamErrorCode,
  type EventStreamMessage,
  encodeMessage,
  type HeaderValue,
} from "./message.ts";
