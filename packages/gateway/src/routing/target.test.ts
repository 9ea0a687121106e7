import { isTulleError } from "@tulle/core/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_TARGET_BYTES, parseTarget } from "./target.ts";

const codeOf = (target: string): string => {
  try {
    parseTarget(target);
    return "none";
  } catch (error) {
    return isTulleError(error) ? error.code : String(error);
  }
};

test("splits path and query and decodes the path's segments", () => {
  expect(parseTarget("/v1/robots/r%207?x=%20#frag")).toEqual({
    rawPath: "/v1/robots/r%207",
    rawQuery: "x=%20",
    segments: ["v1", "robots", "r 7"],
  });
});

test("keeps an encoded slash inside its segment", () => {
  expect(parseTarget("/files/a%2Fb").segments).toEqual(["files", "a/b"]);
});

test("reads the absolute form as the path it names", () => {
  expect(parseTarget("http://example.test:8080/a?b=c")).toMatchObject({ rawPath: "/a", rawQuery: "b=c" });
  expect(parseTarget("http://example.test?b=c")).toMatchObject({ rawPath: "/", rawQuery: "b=c" });
});

test("refuses dot segments in every encoding", () => {
  for (const path of ["/a/../b", "/..", "/./a", "/%2e%2e/a", "/x%2f..%2fy", "/a%5C..%5Cb", "/a%00b"])
    expect([path, codeOf(path)]).toEqual([path, "TULLE5006"]);
  expect(codeOf("/a..b/...")).toBe("none");
});

test("refuses broken percent-encoding, an asterisk and an authority", () => {
  for (const path of ["/%", "/%zz", "/%c3%28", "*", "example.test:443"])
    expect([path, codeOf(path)]).toEqual([path, "TULLE5006"]);
});

test("refuses a target that is too long", () => {
  expect(codeOf(`/${"a".repeat(MAX_TARGET_BYTES)}`)).toBe("TULLE5004");
});

test("either decodes or refuses with a code, whatever it is given", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (target) => {
      expect(["none", "TULLE5006"]).toContain(codeOf(target));
    }),
  );
});
