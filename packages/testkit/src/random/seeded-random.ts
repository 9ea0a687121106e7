import type { Random } from "@tulle/core/ports";

/**
 * A stream of draws that is the same for the same seed on every machine.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand, public domain): four 32-bit words, a period of at
 * least 2^32 draws, no weak seeds after the warm-up, and a dozen instructions a draw. Two streams with
 * different names under one seed are independent, so that adding a draw to one part of a simulation moves
 * nothing in another.
 */
export function seededRandom(seed: number, name = ""): Random {
  let [a, b, c] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, fold(name)];
  let counter = 1;
  function draw(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  for (let i = 0; i < 16; i++) draw();
  return draw;
}

/** What a seeded run does with its streams. */
export type SeededRun<T> = (stream: (name: string) => Random, seed: number) => T | Promise<T>;

/**
 * Runs with a fresh seed, or with the one in `TULLE_SEED`, and names the seed in the message of whatever
 * the run throws, so that the failure can be replayed.
 */
export async function withSeed<T>(
  run: SeededRun<T>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<T> {
  const given = Number(environment["TULLE_SEED"]);
  const seed = Number.isSafeInteger(given) && given > 0 ? given : Math.ceil(Math.random() * 2 ** 48);
  try {
    return await run((name) => seededRandom(seed, name), seed);
  } catch (error) {
    if (error instanceof Error) error.message += `\nReplay with TULLE_SEED=${seed}`;
    throw error;
  }
}

/** FNV-1a over UTF-16 units: only has to keep different names apart. */
function fold(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}
