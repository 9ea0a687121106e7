import fc from "fast-check";
import { expect, it } from "vitest";
import { BodyParts } from "./body-parts.ts";

it("gives back what was added, in order, however it was cut", () => {
  const sizes = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 16_000, max: 40_000 }));
  fc.assert(
    fc.property(fc.array(fc.array(sizes, { maxLength: 30 }), { maxLength: 3 }), (bodies) => {
      const body = new BodyParts();
      let next = 0;
      for (const cuts of bodies) {
        const pieces = cuts.map((size) => Buffer.alloc(size, next++ % 251));
        for (const piece of pieces) body.add(piece);
        expect(body.take().equals(Buffer.concat(pieces))).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

it("keeps a body that came in one piece as it is", () => {
  const body = new BodyParts();
  const piece = Buffer.from("{}");
  body.add(piece);
  expect(body.take()).toBe(piece);
});

it("has nothing after it was cleared", () => {
  const body = new BodyParts();
  for (let i = 0; i < 3; i++) body.add(Buffer.from("a"));
  body.clear();
  expect(body.take().length).toBe(0);
});
