/**
 * SHA-256 for the first signatures of a process, without `node:crypto`.
 *
 * Loading `node:crypto` is a third of what a function without the AWS SDK does between its first line and its
 * first answer; computing a signature in plain JavaScript is a thirtieth. So the first digests of short data
 * are made here, and everything after them by Node. Source: FIPS 180-4, section 6.2.
 */
import { type Digest, nodeDigest } from "./digest.ts";

/** Some twenty signatures. */
const COLD_DIGESTS = 100;
const MAX_BYTES = 4096;
const BLOCK_BYTES = 64;

/** A digest for one process, which hands over to Node's own by itself. */
export function coldStartDigest(): Digest {
  let left = COLD_DIGESTS;
  const isCold = (data: string | Uint8Array): boolean => data.length <= MAX_BYTES && --left >= 0;
  return {
    hex: (data) => (isCold(data) ? sha256(data).toString("hex") : nodeDigest.hex(data)),
    latin1: (data) => (isCold(data) ? sha256(data).toString("latin1") : nodeDigest.latin1(data)),
  };
}

/** Any data; meant for short ones. */
export function sha256(data: string | Uint8Array): Buffer {
  const message = typeof data === "string" ? Buffer.from(data) : data;
  const blocks = Math.ceil((message.length + 9) / BLOCK_BYTES);
  const padded = Buffer.alloc(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeUIntBE(message.length * 8, padded.length - 6, 6);
  constants ??= makeConstants();
  const state = constants.initial.slice();
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) compress(state, padded, at, constants.rounds);
  // As the standard has it, the highest byte first.
  return Buffer.from(state.buffer).swap32();
}

const words = new Int32Array(64);

/** Spelled out rather than cut into functions: all of this runs before the optimiser has seen it. */
function compress(state: Int32Array, bytes: Buffer, from: number, rounds: Int32Array): void {
  for (let i = 0, at = from; i < 16; i++, at += 4)
    words[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15]!;
    const y = words[i - 2]!;
    const first = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const second = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = words[i - 16]! + first + words[i - 7]! + second;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as EightWords;
  for (let i = 0; i < 64; i++) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const next = h + high + (g ^ (e & (f ^ g))) + rounds[i]! + words[i]!;
    h = g;
    g = f;
    f = e;
    e = (d + next) | 0;
    d = c;
    // The first three as they were before this round: nothing of them has moved yet.
    const majority = (a & b) | (c & (a | b));
    c = b;
    b = a;
    a = (next + low + majority) | 0;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
  state[5] = state[5]! + f;
  state[6] = state[6]! + g;
  state[7] = state[7]! + h;
}

type EightWords = [number, number, number, number, number, number, number, number];

interface Constants {
  readonly initial: Int32Array;
  readonly rounds: Int32Array;
}

let constants: Constants | undefined;

/** The first 32 bits behind the point of the square and cube roots of the first primes. */
function makeConstants(): Constants {
  const initial = new Int32Array(8);
  const rounds = new Int32Array(64);
  for (let candidate = 2, found = 0; found < 64; candidate++) {
    let divisor = 2;
    while (divisor * divisor <= candidate && candidate % divisor !== 0) divisor++;
    if (divisor * divisor <= candidate) continue;
    if (found < 8) initial[found] = fraction(Math.sqrt(candidate));
    rounds[found++] = fraction(Math.cbrt(candidate));
  }
  return { initial, rounds };
}

function fraction(root: number): number {
  return (root - Math.floor(root)) * 0x1_0000_0000;
}
