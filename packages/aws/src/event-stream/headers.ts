/** Headers of an event-stream message: one length-prefixed name, one type byte, one value each. */

export type HeaderValue =
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "byte" | "short" | "integer"; readonly value: number }
  | { readonly type: "long"; readonly value: bigint }
  | { readonly type: "binary"; readonly value: Uint8Array }
  | { readonly type: "string"; readonly value: string }
  /** Milliseconds since 1970. */
  | { readonly type: "timestamp"; readonly value: bigint }
  /** Lower-case hex with hyphens. */
  | { readonly type: "uuid"; readonly value: string };

export type MessageHeaders = Readonly<Record<string, HeaderValue>>;

const TRUE = 0;
const FALSE = 1;
const BYTE = 2;
const SHORT = 3;
const INTEGER = 4;
const LONG = 5;
const BINARY = 6;
const STRING = 7;
const TIMESTAMP = 8;
const UUID = 9;

const MAX_NAME_BYTES = 255;
const MAX_VALUE_BYTES = 32_767;

/** Spells headers; null where a name or value does not fit the format. */
export function encodeHeaders(headers: MessageHeaders): Buffer | null {
  const parts: Buffer[] = [];
  for (const [name, header] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name);
    const value = encodeValue(header);
    if (nameBytes.length === 0 || nameBytes.length > MAX_NAME_BYTES || value === null) return null;
    parts.push(Buffer.of(nameBytes.length), nameBytes, value);
  }
  return Buffer.concat(parts);
}

/** Reads headers; null where the bytes are not headers. */
export function decodeHeaders(bytes: Buffer): MessageHeaders | null {
  const headers: Record<string, HeaderValue> = {};
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes[at]!;
    if (nameEnd === at + 1 || nameEnd >= bytes.length) return null;
    const name = bytes.toString("utf8", at + 1, nameEnd);
    const read = decodeValue(bytes[nameEnd]!, bytes.subarray(nameEnd + 1));
    if (read === null) return null;
    Object.defineProperty(headers, name, { value: read.header, enumerable: true, configurable: true });
    at = nameEnd + 1 + read.bytes;
  }
  return headers;
}

function encodeValue(header: HeaderValue): Buffer | null {
  switch (header.type) {
    case "boolean":
      return Buffer.of(header.value ? TRUE : FALSE);
    case "byte":
      return integer(BYTE, header.value, 1);
    case "short":
      return integer(SHORT, header.value, 2);
    case "integer":
      return integer(INTEGER, header.value, 4);
    case "long":
      return long(LONG, header.value);
    case "timestamp":
      return long(TIMESTAMP, header.value);
    case "binary":
      return sized(BINARY, Buffer.from(header.value));
    case "string":
      return sized(STRING, Buffer.from(header.value));
    case "uuid": {
      const raw = Buffer.from(header.value.replaceAll("-", ""), "hex");
      return UUID_TEXT.test(header.value) ? Buffer.concat([Buffer.of(UUID), raw]) : null;
    }
  }
}

const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function integer(type: number, value: number, bytes: 1 | 2 | 4): Buffer | null {
  const limit = 2 ** (bytes * 8 - 1);
  if (!Number.isInteger(value) || value < -limit || value >= limit) return null;
  const encoded = Buffer.alloc(1 + bytes, type);
  encoded.writeIntBE(value, 1, bytes);
  return encoded;
}

function long(type: number, value: bigint): Buffer | null {
  if (BigInt.asIntN(64, value) !== value) return null;
  const encoded = Buffer.alloc(9, type);
  encoded.writeBigInt64BE(value, 1);
  return encoded;
}

function sized(type: number, value: Buffer): Buffer | null {
  if (value.length > MAX_VALUE_BYTES) return null;
  const head = Buffer.of(type, value.length >> 8, value.length & 0xff);
  return Buffer.concat([head, value]);
}

interface ReadValue {
  readonly header: HeaderValue;
  readonly bytes: number;
}

function decodeValue(type: number, rest: Buffer): ReadValue | null {
  if (type === BINARY || type === STRING) return decodeSized(type, rest);
  const bytes = FIXED_BYTES[type];
  if (bytes === undefined || rest.length < bytes) return null;
  return { header: decodeFixed(type, rest), bytes };
}

/** Length of a value by type byte; the two that carry their own length are missing. */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  [TRUE]: 0,
  [FALSE]: 0,
  [BYTE]: 1,
  [SHORT]: 2,
  [INTEGER]: 4,
  [LONG]: 8,
  [TIMESTAMP]: 8,
  [UUID]: 16,
};

function decodeSized(type: number, rest: Buffer): ReadValue | null {
  if (rest.length < 2) return null;
  const end = 2 + rest.readUInt16BE(0);
  if (rest.length < end) return null;
  const value = rest.subarray(2, end);
  const header: HeaderValue =
    type === STRING
      ? { type: "string", value: value.toString() }
      : { type: "binary", value: new Uint8Array(value) };
  return { header, bytes: end };
}

function decodeFixed(type: number, rest: Buffer): HeaderValue {
  switch (type) {
    case TRUE:
    case FALSE:
      return { type: "boolean", value: type === TRUE };
    case BYTE:
      return { type: "byte", value: rest.readInt8(0) };
    case SHORT:
      return { type: "short", value: rest.readInt16BE(0) };
    case INTEGER:
      return { type: "integer", value: rest.readInt32BE(0) };
    case LONG:
      return { type: "long", value: rest.readBigInt64BE(0) };
    case TIMESTAMP:
      return { type: "timestamp", value: rest.readBigInt64BE(0) };
    default: {
      const hex = rest.toString("hex", 0, 16);
      const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
      return { type: "uuid", value: groups.join("-") };
    }
  }
}
