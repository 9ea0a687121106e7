import { expect, it } from "vitest";
import { seededRandom, withSeed } from "./seeded-random.ts";

const draws = (seed: number, name?: string) => {
  const random = seededRandom(seed, name);
  return Array.from({ length: 1_000 }, () => random());
};

it("gives the same draws for the same seed and name", () => {
  expect(draws(42, "arrivals")).toEqual(draws(42, "arrivals"));
});

it("gives different draws for another seed, a seed beyond 32 bits and another name", () => {
  expect(draws(42)).not.toEqual(draws(43));
  expect(draws(42)).not.toEqual(draws(42 + 2 ** 32));
  expect(draws(42, "a")).not.toEqual(draws(42, "b"));
});

it("draws uniformly from [0, 1)", () => {
  const tenths = new Array<number>(10).fill(0);
  const random = seededRandom(7);
  for (let i = 0; i < 100_000; i++) tenths[Math.floor(random() * 10)]! += 1;
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

it("names the seed when a run fails, and takes it back from the environment", async () => {
  const run = withSeed((_stream, seed) => {
    throw new Error(`seed ${seed}`);
  }, {});
  const message = await run.catch((error: Error) => error.message);
  const seed = /TULLE_SEED=(\d+)/.exec(String(message))?.[1];
  expect(message).toContain(`seed ${seed}`);
  expect(await withSeed((_stream, used) => used, { TULLE_SEED: seed })).toBe(Number(seed));
});
