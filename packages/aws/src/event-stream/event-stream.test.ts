import { EventStreamCodec, Int64 } from "@smithy/eventstream-codec";
import { fromUtf8, toUtf8 } from "@smithy/util-utf8";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 } from "./crc32.ts";
import { createMessageDecoder, type EventStreamMessage, encodeMessage, type HeaderValue } from "./index.ts";

const codec = new EventStreamCodec(toUtf8, fromUtf8);

const int = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const header: fc.Arbitrary<HeaderValue> = fc.oneof(
  fc.record({ type: fc.constant("boolean" as const), value: fc.boolean() }),
  fc.record({ type: fc.constant("byte" as const), value: int(8) }),
  fc.record({ type: fc.constant("short" as const), value: int(16) }),
  fc.record({ type: fc.constant("integer" as const), value: int(32) }),
  fc.record({
    type: fc.constant("long" as const),
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  }),
  fc.record({ type: fc.constant("binary" as const), value: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ type: fc.constant("string" as const), value: fc.string({ unit: "grapheme" }) }),
  fc.record({
    type: fc.constant("timestamp" as const),
    value: fc.bigInt({ min: 0n, max: 4_000_000_000_000n }),
  }),
  fc.record({ type: fc.constant("uuid" as const), value: fc.uuid() }),
);
const headerName = fc.stringMatching(/^:?[a-z][a-z-]{0,20}$/);
const message: fc.Arbitrary<EventStreamMessage> = fc.record({
  headers: fc.dictionary(headerName, header, { maxKeys: 6 }),
  payload: fc.uint8Array({ maxLength: 200 }),
});

function encode(given: EventStreamMessage): Buffer {
  const encoded = encodeMessage(given);
  if (encoded.kind === "invalid") throw new Error(encoded.code);
  return encoded.bytes;
}

/** The same values in the reference's own types. */
function toReference(value: HeaderValue) {
  switch (value.type) {
    case "long":
      return {
        type: value.type,
        value: new Int64(Buffer.from(BigInt.asUintN(64, value.value).toString(16).padStart(16, "0"), "hex")),
      };
    case "timestamp":
      return { type: value.type, value: new Date(Number(value.value)) };
    default:
      return value;
  }
}

/** Plain arrays and objects, so that two messages compare by their bytes. */
function plain({ headers, payload }: EventStreamMessage) {
  const entries = Object.entries(headers).map(([name, { type, value }]) => [
    name,
    type,
    value instanceof Uint8Array ? [...value] : value,
  ]);
  return { headers: entries, payload: [...payload] };
}

describe("encodeMessage", () => {
  it("gives the bytes that @smithy/eventstream-codec gives", () => {
    fc.assert(
      fc.property(message, (given) => {
        const headers = Object.fromEntries(
          Object.entries(given.headers).map(([name, value]) => [name, toReference(value)]),
        );
        const theirs = codec.encode({ headers: headers as never, body: given.payload });
        expect(encode(given).equals(theirs)).toBe(true);
      }),
    );
  });

  it.each<[string, HeaderValue]>([
    ["a byte of 128", { type: "byte", value: 128 }],
    ["half an integer", { type: "integer", value: 0.5 }],
    ["a long of 2^63", { type: "long", value: 2n ** 63n }],
    ["a string of 32 KiB", { type: "string", value: "x".repeat(32 * 1024) }],
    ["a UUID without hyphens", { type: "uuid", value: "0".repeat(32) }],
  ])("refuses %s", (_, value) => {
    expect(encodeMessage({ headers: { a: value }, payload: new Uint8Array() })).toEqual({
      kind: "invalid",
      code: "header",
    });
  });

  it("refuses a header without a name or with a name of 256 bytes", () => {
    for (const name of ["", "n".repeat(256)]) {
      const headers = { [name]: { type: "boolean", value: true } as const };
      expect(encodeMessage({ headers, payload: new Uint8Array() })).toEqual({
        kind: "invalid",
        code: "header",
      });
    }
  });

  it("refuses what no decoder takes", () => {
    const big = { type: "string", value: "x".repeat(32_000) } as const;
    expect(
      encodeMessage({ headers: { a: big, b: big, c: big, d: big, e: big }, payload: new Uint8Array() }),
    ).toEqual({
      kind: "invalid",
      code: "headerLength",
    });
    expect(encodeMessage({ headers: {}, payload: new Uint8Array(17 * 1024 * 1024) })).toEqual({
      kind: "invalid",
      code: "messageLength",
    });
  });
});

describe("createMessageDecoder", () => {
  it("gives the messages that were encoded, however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.array(fc.nat(400), { maxLength: 30 }),
        (sent, cuts) => {
          const bytes = Buffer.concat(sent.map(encode));
          const decoder = createMessageDecoder();
          const received: EventStreamMessage[] = [];
          let from = 0;
          for (const cut of [...cuts, bytes.length]) {
            const step = decoder.push(bytes.subarray(from, from + cut));
            expect(step.kind).toBe("messages");
            received.push(...step.messages);
            from += cut;
          }
          expect(decoder.end()).toEqual({ kind: "messages", messages: [] });
          expect(received.map(plain)).toEqual(sent.map(plain));
        },
      ),
    );
  });

  it("gives a message with its very last byte and not before", () => {
    const bytes = encode({ headers: {}, payload: new Uint8Array([1, 2, 3]) });
    const decoder = createMessageDecoder();
    const counts = [...bytes].map((byte) => decoder.push(Uint8Array.of(byte)).messages.length);
    expect(counts).toEqual([...new Array<number>(bytes.length - 1).fill(0), 1]);
  });

  it("reads what @smithy/eventstream-codec wrote", () => {
    const theirs = codec.encode({
      headers: { ":event-type": { type: "string", value: "PayloadChunk" } },
      body: Buffer.from("hello"),
    });
    const step = createMessageDecoder().push(theirs);
    expect(step.messages.map(plain)).toEqual([
      { headers: [[":event-type", "string", "PayloadChunk"]], payload: [...Buffer.from("hello")] },
    ]);
  });

  it("refuses every single flipped bit, and hands over what came before it", () => {
    const sound = encode({
      headers: { a: { type: "string", value: "b" } },
      payload: new Uint8Array([7, 8, 9]),
    });
    for (let bit = 0; bit < sound.length * 8; bit++) {
      const flipped = Buffer.from(sound);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const step = createMessageDecoder().push(Buffer.concat([sound, flipped]));
      expect(step).toMatchObject({ kind: "invalid", code: bit < 96 ? "preludeChecksum" : "messageChecksum" });
      expect(step.messages).toHaveLength(1);
    }
  });

  it("takes nothing more after a fault", () => {
    const decoder = createMessageDecoder();
    decoder.push(new Uint8Array(12));
    const sound = encode({ headers: {}, payload: new Uint8Array() });
    expect(decoder.push(sound)).toMatchObject({ kind: "invalid", code: "preludeChecksum", messages: [] });
    expect(decoder.end()).toMatchObject({ kind: "invalid", code: "preludeChecksum" });
  });

  it.each([
    ["a frame of 4 GB", 0xffff_ffff, 0, "messageLength"],
    ["a frame shorter than its own prelude", 15, 0, "messageLength"],
    ["headers longer than the frame", 20, 5, "headerLength"],
    ["headers of 1 MiB", 2 * 1024 * 1024, 1024 * 1024, "headerLength"],
  ])("refuses %s although the checksum is right", (_, totalBytes, headerBytes, code) => {
    const prelude = Buffer.alloc(12);
    prelude.writeUInt32BE(totalBytes, 0);
    prelude.writeUInt32BE(headerBytes, 4);
    prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
    expect(createMessageDecoder().push(prelude)).toMatchObject({ kind: "invalid", code });
  });

  it.each([
    ["a name of no length", [0, 0]],
    ["a name that runs past the end", [9, 97]],
    ["an unknown type", [1, 97, 10]],
    ["a string that runs past the end", [1, 97, 7, 0, 5, 98]],
    ["a long of three bytes", [1, 97, 5, 0, 0, 0]],
    ["a string without its length", [1, 97, 7, 0]],
  ])("refuses headers with %s", (_, block) => {
    const bytes = Buffer.alloc(16 + block.length);
    bytes.writeUInt32BE(bytes.length, 0);
    bytes.writeUInt32BE(block.length, 4);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
    bytes.set(block, 12);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, bytes.length - 4)), bytes.length - 4);
    expect(createMessageDecoder().push(bytes)).toMatchObject({ kind: "invalid", code: "header" });
  });

  it("says that a stream ended inside a frame", () => {
    const decoder = createMessageDecoder();
    decoder.push(encode({ headers: {}, payload: new Uint8Array(100) }).subarray(0, 40));
    expect(decoder.end()).toEqual({
      kind: "invalid",
      code: "truncated",
      message: "the stream ended 40 bytes into a frame",
      messages: [],
    });
  });

  it("keeps a header named __proto__ a header", () => {
    const headers = JSON.parse('{"__proto__": {"type": "string", "value": "x"}}') as Record<
      string,
      HeaderValue
    >;
    const [read] = createMessageDecoder().push(encode({ headers, payload: new Uint8Array() })).messages;
    expect(Object.keys(read!.headers)).toEqual(["__proto__"]);
  });
});

describe("crc32", () => {
  it("gives the check value of the standard", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
  });
});
