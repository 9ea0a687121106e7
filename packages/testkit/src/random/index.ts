/** Seeded streams of draws, so that a failure can be replayed. */
export { type SeededRun, seededRandom, withSeed } from "./seeded-random.ts";
