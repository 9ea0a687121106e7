import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "./durations.ts";
import { parseSize } from "./sizes.ts";

describe("durations", () => {
  it("reads single and composed durations", () => {
    expect(parseDuration("250ms")).toBe(250);
    expect(parseDuration("3s")).toBe(3_000);
    expect(parseDuration("1m30s")).toBe(90_000);
    expect(parseDuration("1h")).toBe(3_600_000);
    expect(parseDuration("1h2m3s4ms")).toBe(3_723_004);
    expect(parseDuration("0s")).toBe(0);
  });

  it("refuses what the format does not have", () => {
    for (const text of ["", "3", "3 s", "1.5s", "-1s", "1d", "100000s", "1s1s1s1s1s", "s", "1S", "1s\n"]) {
      expect(parseDuration(text), JSON.stringify(text)).toBe(null);
    }
  });

  it("writes what it reads", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 * 3_600_000 }), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});

describe("sizes", () => {
  it("reads decimal and binary units and plain bytes", () => {
    expect(parseSize("512KiB")).toBe(524_288);
    expect(parseSize("4MB")).toBe(4_000_000);
    expect(parseSize("6MiB")).toBe(6_291_456);
    expect(parseSize("10B")).toBe(10);
    expect(parseSize(1_000)).toBe(1_000);
  });

  it("refuses what is no size", () => {
    for (const size of ["", "4", "4 MB", "1.5MB", "-1B", "4GB", -1, 1.5, Number.NaN])
      expect(parseSize(size)).toBe(null);
  });
});
