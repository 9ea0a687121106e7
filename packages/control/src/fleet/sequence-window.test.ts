import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SequenceWindow } from "./sequence-window.ts";

it("admits every number once within the window, whatever the order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 })), (sequences) => {
      const window = new SequenceWindow();
      const admitted = sequences.filter((sequence) => window.admit(sequence));
      expect(admitted).toEqual([...new Set(sequences)]);
    }),
  );
});

it("counts as seen what is older than the window", () => {
  const window = new SequenceWindow();
  expect([1_000, 744, 745, 745].map((sequence) => window.admit(sequence))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
