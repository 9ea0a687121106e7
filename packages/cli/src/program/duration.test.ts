import { expect, test } from "vitest";
import { readDuration, showDuration } from "./duration.ts";

test("reads durations as the configuration spells them", () => {
  expect(["500ms", "2s", "1m30s"].map(readDuration)).toEqual([500, 2_000, 90_000]);
});

test("refuses what is no duration, and none at all", () => {
  for (const text of ["", "2", "0s", "-1s", "soon", "1 s"])
    expect(() => readDuration(text)).toThrow(expect.objectContaining({ code: "TULLE6001" }));
});

test("shows a time at the precision that a glance needs", () => {
  const shown = [0, 0.123, 1.234, 80, 999, 1_500, 59_900, 61_000, 3_600_000, 90_000_000].map(showDuration);
  expect(shown).toEqual([
    "0 ms",
    "0.12 ms",
    "1.23 ms",
    "80 ms",
    "999 ms",
    "1.5 s",
    "59.9 s",
    "1 m",
    "1 h",
    "1 d",
  ]);
});
