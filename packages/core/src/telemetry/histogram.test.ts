import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addSparse, newHistogram, quantile, record, toSparse } from "./index.ts";

const durations = fc.array(fc.double({ min: 0.2, max: 800_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

function filled(values: readonly number[]) {
  const histogram = newHistogram();
  for (const value of values) record(histogram, value);
  return histogram;
}

describe("the latency histogram", () => {
  it("is off by at most 2.5 % at any quantile", () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, q) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!;
        expect(Math.abs(quantile(filled(values), q)! / exact - 1)).toBeLessThan(0.026);
      }),
    );
  });

  it("merges by addition, in any order", () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const merged = filled(a);
        addSparse(merged, toSparse(filled(b)));
        expect(merged).toEqual(filled([...b, ...a]));
      }),
    );
  });

  it("has no quantile while nothing was recorded, and keeps extreme values in its ends", () => {
    expect(quantile(newHistogram(), 0.5)).toBeNull();
    expect(quantile(filled([0, -1, Number.NaN]), 0.5)).toBe(0.1);
    expect(quantile(filled([1e12]), 0.5)).toBeGreaterThan(800_000);
  });

  it("ignores buckets that a reader does not know", () => {
    const histogram = newHistogram();
    addSparse(histogram, { "12": 1, "99999": 5, "-1": 2, x: 3 });
    expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(1);
  });
});
