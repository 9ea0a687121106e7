/**
 * The events of a streamed response (`InvokeWithResponseStream`), between typed values and event-stream
 * frames.
 */
import { invariant } from "@tulle/core/errors";
import { type EventStreamMessage, encodeMessage, type HeaderValue } from "../event-stream/index.ts";

export type ResponseStreamEvent =
  | { readonly kind: "chunk"; readonly payload: Uint8Array }
  /** The last event; `errorCode` says that the function failed after it began to answer. */
  | {
      readonly kind: "complete";
      readonly errorCode: string | null;
      readonly errorDetails: string | null;
      /** Base64 of the log's tail. */
      readonly logResult: string | null;
    };

/** What a frame turned out to be; `exception` is the service's own mid-stream error. */
export type ReceivedStreamEvent =
  | ResponseStreamEvent
  | { readonly kind: "exception"; readonly code: string; readonly message: string }
  | { readonly kind: "unknown" };

/** Larger chunks are split by the encoder, so that no frame outgrows what every decoder takes. */
export const MAX_CHUNK_BYTES: number = 1024 * 1024;

/** Spells one event as frames: a chunk above `MAX_CHUNK_BYTES` becomes several. */
export function encodeResponseStreamEvent(event: ResponseStreamEvent): Buffer {
  if (event.kind === "chunk") return encodeChunk(event.payload);
  const document = JSON.stringify({
    ...(event.errorCode !== null && { ErrorCode: event.errorCode }),
    ...(event.errorDetails !== null && { ErrorDetails: event.errorDetails }),
    ...(event.logResult !== null && { LogResult: event.logResult }),
  });
  return frame("InvokeComplete", "application/json", Buffer.from(document));
}

/** Reads one event-stream message as an event. */
export function readResponseStreamEvent(message: EventStreamMessage): ReceivedStreamEvent {
  const { headers, payload } = message;
  const messageType = textOf(headers[":message-type"]);
  if (messageType === "exception" || messageType === "error") {
    const code = textOf(headers[":exception-type"]) || textOf(headers[":error-code"]);
    const document = parseObject(payload);
    const text = document["message"] ?? document["Message"];
    return {
      kind: "exception",
      code,
      message: typeof text === "string" ? text : textOf(headers[":error-message"]),
    };
  }
  const eventType = textOf(headers[":event-type"]);
  if (eventType === "PayloadChunk") return { kind: "chunk", payload };
  if (eventType !== "InvokeComplete") return { kind: "unknown" };
  const document = parseObject(payload);
  return {
    kind: "complete",
    errorCode: nullableText(document["ErrorCode"]),
    errorDetails: nullableText(document["ErrorDetails"]),
    logResult: nullableText(document["LogResult"]),
  };
}

function encodeChunk(payload: Uint8Array): Buffer {
  const frames: Buffer[] = [];
  let from = 0;
  do {
    const part = payload.subarray(from, from + MAX_CHUNK_BYTES);
    frames.push(frame("PayloadChunk", "application/octet-stream", part));
    from += MAX_CHUNK_BYTES;
  } while (from < payload.byteLength);
  return frames.length === 1 ? frames[0]! : Buffer.concat(frames);
}

function frame(eventType: string, contentType: string, payload: Uint8Array): Buffer {
  const encoded = encodeMessage({
    headers: {
      ":event-type": { type: "string", value: eventType },
      ":content-type": { type: "string", value: contentType },
      ":message-type": { type: "string", value: "event" },
    },
    payload,
  });
  invariant(encoded.kind === "frame", "a chunk of at most 1 MiB and a JSON document fit a frame");
  return encoded.bytes;
}

function textOf(header: HeaderValue | undefined): string {
  return header?.type === "string" ? header.value : "";
}

function nullableText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function parseObject(payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString(),
    );
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // A document that cannot be read says nothing; the event's kind still counts.
  }
  return {};
}
