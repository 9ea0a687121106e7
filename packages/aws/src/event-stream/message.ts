/**
 * One message of an event stream, as a frame.
 *
 * Total length, header length and their checksum (12 bytes), headers, payload, checksum of everything
 * before (4 bytes); numbers are big-endian. The prelude has a checksum of its own so that a reader never
 * waits for, or allocates, what a flipped bit asks for. Source: AWS, "Event stream encoding" (Amazon
 * Transcribe developer guide, read November 2026).
 */
import { crc32 } from "./crc32.ts";
import { decodeHeaders, encodeHeaders, type MessageHeaders } from "./headers.ts";

export interface EventStreamMessage {
  readonly headers: MessageHeaders;
  readonly payload: Uint8Array;
}

/** What can be wrong with a frame or with what is to become one. */
export type EventStreamErrorCode =
  | "preludeChecksum"
  | "messageChecksum"
  | "messageLength"
  | "headerLength"
  | "header"
  | "truncated";

export const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
export const MIN_MESSAGE_BYTES: number = PRELUDE_BYTES + CHECKSUM_BYTES;
/** Longest frame that is accepted: the format's 16 MiB of payload and 128 KiB of headers. */
export const MAX_MESSAGE_BYTES: number = 16 * 1024 * 1024 + 128 * 1024 + MIN_MESSAGE_BYTES;
const MAX_HEADERS_BYTES = 128 * 1024;

export type EncodedMessage =
  | { readonly kind: "frame"; readonly bytes: Buffer }
  | { readonly kind: "invalid"; readonly code: "header" | "headerLength" | "messageLength" };

/** Spells one message as a frame with its two checksums, or says what does not fit. */
export function encodeMessage(message: EventStreamMessage): EncodedMessage {
  const headers = encodeHeaders(message.headers);
  if (headers === null) return { kind: "invalid", code: "header" };
  if (headers.length > MAX_HEADERS_BYTES) return { kind: "invalid", code: "headerLength" };
  const totalBytes = MIN_MESSAGE_BYTES + headers.length + message.payload.byteLength;
  if (totalBytes > MAX_MESSAGE_BYTES) return { kind: "invalid", code: "messageLength" };
  const bytes = Buffer.allocUnsafe(totalBytes);
  bytes.writeUInt32BE(totalBytes, 0);
  bytes.writeUInt32BE(headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.set(headers, PRELUDE_BYTES);
  bytes.set(message.payload, PRELUDE_BYTES + headers.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, totalBytes - CHECKSUM_BYTES)), totalBytes - CHECKSUM_BYTES);
  return { kind: "frame", bytes };
}

export type Prelude =
  | { readonly kind: "prelude"; readonly totalBytes: number; readonly headerBytes: number }
  | { readonly kind: "invalid"; readonly code: EventStreamErrorCode; readonly message: string };

/** Reads the first twelve bytes of a frame. */
export function readPrelude(bytes: Buffer): Prelude {
  const computed = crc32(bytes.subarray(0, 8));
  const stated = bytes.readUInt32BE(8);
  if (computed !== stated)
    return invalid(
      "preludeChecksum",
      `the prelude's checksum is ${hex(computed)}, the frame says ${hex(stated)}`,
    );
  const totalBytes = bytes.readUInt32BE(0);
  if (totalBytes < MIN_MESSAGE_BYTES || totalBytes > MAX_MESSAGE_BYTES)
    return invalid(
      "messageLength",
      `a frame of ${totalBytes} bytes; between ${MIN_MESSAGE_BYTES} and ${MAX_MESSAGE_BYTES} are possible`,
    );
  const headerBytes = bytes.readUInt32BE(4);
  if (headerBytes > MAX_HEADERS_BYTES || headerBytes > totalBytes - MIN_MESSAGE_BYTES)
    return invalid("headerLength", `headers of ${headerBytes} bytes in a frame of ${totalBytes} bytes`);
  return { kind: "prelude", totalBytes, headerBytes };
}

export type DecodedMessage =
  | { readonly kind: "message"; readonly message: EventStreamMessage }
  | { readonly kind: "invalid"; readonly code: EventStreamErrorCode; readonly message: string };

/** Reads a whole frame whose prelude was found sound. The payload is a view of the frame's bytes. */
export function decodeFrame(frame: Buffer, headerBytes: number): DecodedMessage {
  const end = frame.length - CHECKSUM_BYTES;
  const computed = crc32(frame.subarray(0, end));
  const stated = frame.readUInt32BE(end);
  if (computed !== stated)
    return invalid(
      "messageChecksum",
      `the message's checksum is ${hex(computed)}, the frame says ${hex(stated)}`,
    );
  const headers = decodeHeaders(frame.subarray(PRELUDE_BYTES, PRELUDE_BYTES + headerBytes));
  if (headers === null) return invalid("header", "the header block cannot be read");
  return { kind: "message", message: { headers, payload: frame.subarray(PRELUDE_BYTES + headerBytes, end) } };
}

function invalid(
  code: EventStreamErrorCode,
  message: string,
): { readonly kind: "invalid"; readonly code: EventStreamErrorCode; readonly message: string } {
  return { kind: "invalid", code, message };
}

function hex(checksum: number): string {
  return `0x${checksum.toString(16).padStart(8, "0")}`;
}
