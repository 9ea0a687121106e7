/**
 * Derived keys, and the HMAC with one of them, at the price of two plain digests.
 *
 * `createHmac` with a Buffer builds a key object on every call and takes 20 us or more on Node 24; a
 * one-shot digest takes under 1 us. HMAC is two digests over fixed prefixes (RFC 2104), so the prefixes
 * are computed once per derived key and kept. Digests travel as latin1 text, because building a Buffer for
 * each costs as much as the digest itself. A key lives for a day, a region, a service and a secret; the
 * number kept is bounded.
 */
import { type Digest, nodeDigest } from "./digest.ts";

/** A signing key with its two HMAC prefixes laid out for reuse. */
export interface SigningKey {
  readonly shortDate: string;
  readonly region: string;
  readonly service: string;
  readonly secretAccessKey: string;
  /** `yyyymmdd/region/service/aws4_request`. */
  readonly scope: string;
  /** Inner prefix (64 bytes) with room for the string to sign. */
  readonly inner: Buffer;
  /** The part of `inner` that the last text filled: nearly all are of the same length. */
  filled: Buffer;
  /** Outer prefix (64 bytes) with room for the inner digest. */
  readonly outer: Buffer;
}

/** What a derived key is good for. */
export interface KeyScope {
  readonly shortDate: string;
  readonly region: string;
  readonly service: string;
}

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** A string to sign is about 140 bytes; three bytes per character is UTF-8's worst case for what fits. */
const MESSAGE_ROOM_BYTES = 1024;
const KEPT_KEYS = 512;

const kept = new Map<string, SigningKey>();
let latest: SigningKey | undefined;

/** The key for a secret and a scope, derived at most once while it is kept. */
export function signingKeyFor(
  secretAccessKey: string,
  scope: KeyScope,
  digest: Digest = nodeDigest,
): SigningKey {
  if (latest !== undefined && fits(latest, secretAccessKey, scope)) return latest;
  const name = `${scope.shortDate}/${scope.region}/${scope.service}/${secretAccessKey}`;
  let key = kept.get(name);
  if (key === undefined || !fits(key, secretAccessKey, scope)) {
    key = derive(secretAccessKey, scope, digest);
    if (kept.size >= KEPT_KEYS) kept.delete(kept.keys().next().value!);
    kept.set(name, key);
  }
  latest = key;
  return key;
}

/** HMAC-SHA-256 of a text under a derived key, in lower-case hex. */
export function hmacHex(key: SigningKey, text: string, digest: Digest = nodeDigest): string {
  let inner: Uint8Array;
  if (text.length * 3 > MESSAGE_ROOM_BYTES)
    inner = Buffer.concat([key.inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]);
  else {
    const end = BLOCK_BYTES + key.inner.write(text, BLOCK_BYTES);
    if (key.filled.length !== end) key.filled = key.inner.subarray(0, end);
    inner = key.filled;
  }
  key.outer.write(digest.latin1(inner), BLOCK_BYTES, "latin1");
  return digest.hex(key.outer);
}

function fits(key: SigningKey, secretAccessKey: string, scope: KeyScope): boolean {
  return (
    key.shortDate === scope.shortDate &&
    key.secretAccessKey === secretAccessKey &&
    key.region === scope.region &&
    key.service === scope.service
  );
}

function derive(
  secretAccessKey: string,
  { shortDate, region, service }: KeyScope,
  digest: Digest,
): SigningKey {
  let raw: Buffer = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of [shortDate, region, service, "aws4_request"]) raw = hmac(raw, part, digest);
  const inner = prefix(raw, 0x36, MESSAGE_ROOM_BYTES);
  const outer = prefix(raw, 0x5c, DIGEST_BYTES);
  const scope = `${shortDate}/${region}/${service}/aws4_request`;
  return { shortDate, region, service, secretAccessKey, scope, inner, filled: inner, outer };
}

function hmac(key: Buffer, text: string, digest: Digest): Buffer {
  const short = key.length > BLOCK_BYTES ? Buffer.from(digest.latin1(key), "latin1") : key;
  const inner = Buffer.concat([prefix(short, 0x36, 0), Buffer.from(text)]);
  const outer = prefix(short, 0x5c, DIGEST_BYTES);
  outer.write(digest.latin1(inner), BLOCK_BYTES, "latin1");
  return Buffer.from(digest.latin1(outer), "latin1");
}

/** A block of a key under a mask, with room behind it. */
function prefix(key: Buffer, mask: number, roomBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + roomBytes, mask);
  for (let at = 0; at < key.length; at++) block[at] = key[at]! ^ mask;
  return block;
}
