import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAmzDate, parseAmzDate } from "./amz-date.ts";

describe("formatAmzDate", () => {
  it("is undone by parseAmzDate, to the second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (ms) => {
        expect(parseAmzDate(formatAmzDate(ms))).toBe(Math.floor(ms / 1000) * 1000);
      }),
    );
  });

  it("follows a clock that jumps back", () => {
    const dates = [1_000, 999, 61_000, 1_000].map(formatAmzDate);
    expect(dates).toEqual(["19700101T000001Z", "19700101T000000Z", "19700101T000101Z", "19700101T000001Z"]);
  });
});

describe("parseAmzDate", () => {
  it.each([
    "",
    "20260231T000000Z",
    "20261323T000000Z",
    "20261123T250000Z",
    "2026-11-23T10:00:00Z",
    "20261123T100000",
  ])("refuses '%s'", (text) => {
    expect(parseAmzDate(text)).toBeNull();
  });
});
