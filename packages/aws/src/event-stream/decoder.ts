/**
 * Takes an event stream as it comes off a socket, cut anywhere, and gives whole messages.
 *
 * Bytes of an unfinished frame are kept as the pieces they came in and joined once, when the frame is
 * complete, so a large payload in small pieces costs one copy and not one per piece. What is kept is
 * bounded by the longest frame, which the prelude's checksum protects. After a fault there is no way to
 * find the next frame, so the decoder stays shut.
 */
import {
  decodeFrame,
  type EventStreamErrorCode,
  type EventStreamMessage,
  PRELUDE_BYTES,
  readPrelude,
} from "./message.ts";

export type DecodeStep =
  | { readonly kind: "messages"; readonly messages: readonly EventStreamMessage[] }
  | {
      readonly kind: "invalid";
      readonly code: EventStreamErrorCode;
      readonly message: string;
      /** The sound messages before the fault. */
      readonly messages: readonly EventStreamMessage[];
    };

export interface MessageDecoder {
  /** Takes bytes cut anywhere and gives the messages that are now complete. */
  push(bytes: Uint8Array): DecodeStep;
  /** Says whether the stream may end here. */
  end(): DecodeStep;
}

/**
 * A decoder for one stream. The payloads it gives are views of the pushed bytes: push only what stays
 * unchanged.
 */
export function createMessageDecoder(): MessageDecoder {
  let pieces: Buffer[] = [];
  let heldBytes = 0;
  let neededBytes = PRELUDE_BYTES;
  let fault: { readonly code: EventStreamErrorCode; readonly message: string } | null = null;

  const fail = (code: EventStreamErrorCode, message: string, messages: EventStreamMessage[]): DecodeStep => {
    fault = { code, message };
    pieces = [];
    heldBytes = 0;
    return { kind: "invalid", ...fault, messages };
  };

  return {
    push(bytes) {
      if (fault !== null) return { kind: "invalid", ...fault, messages: [] };
      pieces.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      heldBytes += bytes.byteLength;
      const messages: EventStreamMessage[] = [];
      if (heldBytes < neededBytes) return { kind: "messages", messages };

      let held = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, heldBytes);
      neededBytes = PRELUDE_BYTES;
      while (held.length >= PRELUDE_BYTES) {
        const prelude = readPrelude(held);
        if (prelude.kind === "invalid") return fail(prelude.code, prelude.message, messages);
        const { totalBytes, headerBytes } = prelude;
        neededBytes = totalBytes;
        if (held.length < totalBytes) break;
        const decoded = decodeFrame(held.subarray(0, totalBytes), headerBytes);
        if (decoded.kind === "invalid") return fail(decoded.code, decoded.message, messages);
        messages.push(decoded.message);
        held = held.subarray(totalBytes);
        neededBytes = PRELUDE_BYTES;
      }
      pieces = held.length === 0 ? [] : [held];
      heldBytes = held.length;
      return { kind: "messages", messages };
    },

    end() {
      if (fault !== null) return { kind: "invalid", ...fault, messages: [] };
      if (heldBytes === 0) return { kind: "messages", messages: [] };
      return fail("truncated", `the stream ended ${heldBytes} bytes into a frame`, []);
    },
  };
}
