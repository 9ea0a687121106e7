import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compareBytes, endOfPrefix } from "./byte-order.ts";

const text = fc.string({ unit: "binary" });
const bytes = (value: string) => Buffer.from(value);

it("orders texts as their UTF-8 bytes are ordered", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(Buffer.compare(bytes(a), bytes(b))));
    }),
  );
});

it("ends a prefix above what starts with it and not above any larger text", () => {
  fc.assert(
    fc.property(text, text, text, (prefix, rest, other) => {
      const end = endOfPrefix(prefix);
      if (end === undefined) {
        expect(prefix).toMatch(/^\u{10FFFF}*$/u);
        return;
      }
      expect(compareBytes(prefix + rest, end)).toBeLessThan(0);
      if (other.startsWith(prefix) || compareBytes(other, prefix) < 0) return;
      expect(compareBytes(other, end)).toBeGreaterThanOrEqual(0);
    }),
  );
});
