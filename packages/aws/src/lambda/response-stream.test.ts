import { describe, expect, it } from "vitest";
import { createMessageDecoder, type EventStreamMessage } from "../event-stream/index.ts";
import {
  encodeResponseStreamEvent,
  MAX_CHUNK_BYTES,
  type ResponseStreamEvent,
  readResponseStreamEvent,
} from "./index.ts";

function decode(...events: ResponseStreamEvent[]) {
  const step = createMessageDecoder().push(Buffer.concat(events.map(encodeResponseStreamEvent)));
  return step.messages.map(readResponseStreamEvent);
}

const complete = { kind: "complete", errorCode: null, errorDetails: null, logResult: null } as const;

describe("events of a streamed response", () => {
  it("arrive as they were sent", () => {
    const sent: ResponseStreamEvent[] = [
      { kind: "chunk", payload: Buffer.from("hello ") },
      { kind: "chunk", payload: Buffer.alloc(0) },
      { kind: "complete", errorCode: "Unhandled", errorDetails: "{}", logResult: "bG9n" },
    ];
    expect(decode(...sent)).toEqual(sent);
    expect(decode(complete)).toEqual([complete]);
  });

  it("split a chunk that is larger than a decoder likes", () => {
    const payload = Buffer.alloc(2 * MAX_CHUNK_BYTES + 1, 7);
    const parts = decode({ kind: "chunk", payload }).map((event) =>
      event.kind === "chunk" ? event.payload : null,
    );
    expect(parts.map((part) => part?.byteLength)).toEqual([MAX_CHUNK_BYTES, MAX_CHUNK_BYTES, 1]);
  });

  const text = (value: string) => ({ type: "string", value }) as const;
  const message = (headers: EventStreamMessage["headers"], payload = ""): EventStreamMessage => ({
    headers,
    payload: Buffer.from(payload),
  });

  it("tell the service's own error in mid-stream from the function's", () => {
    const headers = { ":message-type": text("exception"), ":exception-type": text("ThrottlingException") };
    expect(readResponseStreamEvent(message(headers, '{"message":"slow down"}'))).toEqual({
      kind: "exception",
      code: "ThrottlingException",
      message: "slow down",
    });
    const error = {
      ":message-type": text("error"),
      ":error-code": text("Internal"),
      ":error-message": text("oops"),
    };
    expect(readResponseStreamEvent(message(error))).toEqual({
      kind: "exception",
      code: "Internal",
      message: "oops",
    });
  });

  it("pass over a kind that is not known and a completion that cannot be read", () => {
    expect(readResponseStreamEvent(message({ ":event-type": text("Heartbeat") }))).toEqual({
      kind: "unknown",
    });
    expect(readResponseStreamEvent(message({ ":event-type": text("InvokeComplete") }, "{"))).toEqual(
      complete,
    );
  });
});
