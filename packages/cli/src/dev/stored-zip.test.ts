import fc from "fast-check";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { storedZip } from "./stored-zip.ts";

const names = fc.string({ unit: fc.constantFrom("a", "b", "é", "-"), minLength: 1, maxLength: 12 });
const files = fc.dictionary(names, fc.uint8Array({ maxLength: 300 }), { maxKeys: 5 });

test("is read back by an unzipper that we did not write", () => {
  fc.assert(
    fc.property(files, (packed) => {
      const unpacked = unzipSync(storedZip(packed));
      expect(Object.keys(unpacked)).toEqual(Object.keys(packed));
      for (const [name, content] of Object.entries(packed))
        expect(Buffer.compare(unpacked[name]!, content)).toBe(0);
    }),
  );
});

test("gives equal bytes for equal files", () => {
  const once = storedZip({ "a.cjs": Buffer.from("x") });
  expect(Buffer.compare(once, storedZip({ "a.cjs": Buffer.from("x") }))).toBe(0);
});
