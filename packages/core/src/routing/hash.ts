/**
 * Maps a salted key to one of 10,000 slots.
 *
 * 32-bit FNV-1a over UTF-16 code units followed by MurmurHash3's finaliser: a few nanoseconds for a short
 * key, no tables, and the finaliser repairs FNV's weak high bits, which is what makes neighbouring keys
 * (`robot-1`, `robot-2`) independent. It is not keyed against an adversary; the salt is public to whoever
 * reads the snapshot.
 * Source: Appleby, MurmurHash3 fmix32 (public domain); Fowler/Noll/Vo, FNV-1a.
 */
export function slotOf(salt: number, key: string): number {
  let hash = salt;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  // Multiply-shift instead of a remainder: no bias towards low slots.
  return Math.floor(((hash >>> 0) * 10_000) / 0x1_0000_0000);
}

/** Turns a rollout's salt into the hash's starting value, once per snapshot. */
export function saltSeed(salt: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < salt.length; i++) hash = Math.imul(hash ^ salt.charCodeAt(i), 0x01000193);
  return hash | 0;
}
