/** SHA-256, from wherever it is cheapest at the moment. */
export interface Digest {
  /** Lower-case hex; a text counts as its UTF-8. */
  hex(data: string | Uint8Array): string;
  /** One character a byte, which costs less than a Buffer. */
  latin1(data: string | Uint8Array): string;
}

type Hash = typeof import("node:crypto").hash;

let loaded: Hash | undefined;

/** Loaded when it is first needed: the module takes milliseconds of a cold start. */
function hash(): Hash {
  loaded ??= process.getBuiltinModule("node:crypto").hash;
  return loaded;
}

/** Node's own: one-shot digests, under a microsecond each. */
export const nodeDigest: Digest = {
  hex: (data) => hash()("sha256", data),
  latin1: (data) => hash()("sha256", data, "binary"),
};
