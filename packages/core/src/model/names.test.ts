import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, isFunctionName, isName, nearestName, suggestName } from "./names.ts";

describe("names", () => {
  it("accepts lower-case labels and refuses everything else", () => {
    for (const name of ["a", "navigator", "users-table", "v2", `a${"b".repeat(62)}`]) {
      expect(isName(name), name).toBe(true);
    }
    for (const name of ["", "A", "2x", "-a", "a_b", "a.b", "__proto__", `a${"b".repeat(63)}`, "a\n"]) {
      expect(isName(name), JSON.stringify(name)).toBe(false);
    }
  });

  it("accepts the names and unqualified ARNs of Lambda functions", () => {
    const arn = "arn:aws:lambda:eu-west-1:123456789012:function:fleet";
    for (const name of ["fleet-navigator", "Fleet_1", arn, arn.replace("aws:", "aws-us-gov:")]) {
      expect(isFunctionName(name), name).toBe(true);
    }
    for (const name of [
      "",
      "a b",
      "a.b",
      "fleet:live",
      `${arn}:live`,
      "x".repeat(65),
      "arn:aws:s3:::bucket",
    ]) {
      expect(isFunctionName(name), name).toBe(false);
    }
  });

  it("suggests a well-formed name for a malformed one", () => {
    expect(suggestName("UsersTable")).toBe("users-table");
    expect(suggestName("my_service.v2")).toBe("my-service-v2");
    expect(suggestName("!!!")).toBe(null);
  });

  it("suggests only names that are well formed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const suggestion = suggestName(text);
        expect(suggestion === null || isName(suggestion)).toBe(true);
      }),
    );
  });
});

describe("nearestName", () => {
  it("finds swapped, missing, added and wrong letters", () => {
    const known = ["navigator", "charging", "maps"];
    for (const slip of ["navigtor", "nagivator", "navigatorr", "navigatur", "Navigator"]) {
      expect(nearestName(slip, known), slip).toBe("navigator");
    }
  });

  it("suggests nothing that is far away", () => {
    expect(nearestName("mail", ["robots", "charging"])).toBe(null);
    expect(nearestName("x", [])).toBe(null);
  });

  it("counts a swap of neighbours as one edit", () => {
    expect(editDistance("ab", "ba")).toBe(1);
    expect(editDistance("navigator", "nagivator")).toBe(2);
  });

  it("measures a symmetric distance that is zero only between equals", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
