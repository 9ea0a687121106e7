import { describe, expect, it } from "vitest";
import { canonicalHeaderValue, canonicalPath, canonicalQuery, escapeUri, pathStyleOf } from "./canonical.ts";

describe("canonicalPath", () => {
  it("escapes once more what the wire shows escaped", () => {
    expect(canonicalPath("/2015-03-31/functions/fn%3Alive/invocations", "escaped")).toBe(
      "/2015-03-31/functions/fn%253Alive/invocations",
    );
  });

  it("leaves S3's paths alone", () => {
    expect(canonicalPath("/a//b/../c%20d", pathStyleOf("s3"))).toBe("/a//b/../c%20d");
    expect(canonicalPath("", "verbatim")).toBe("/");
  });

  it.each([
    ["", "/"],
    ["/", "/"],
    ["/..", "/"],
    ["/a/../../b/", "/b/"],
    ["/.well-known/x", "/.well-known/x"],
    ["/a/./b//c", "/a/b/c"],
    ["/...", "/..."],
  ])("normalises '%s' to '%s'", (path, expected) => {
    expect(canonicalPath(path, "escaped")).toBe(expected);
  });
});

describe("canonicalQuery", () => {
  it.each([
    ["b=2&a=1", "a=1&b=2"],
    ["a=2&a=1", "a=1&a=2"],
    ["Param-3=x&Param=y", "Param=y&Param-3=x"],
    ["flag", "flag="],
    ["&&a=1&", "a=1"],
    ["a=b=c", "a=b%3Dc"],
    ["a=%7e%2f", "a=~%2F"],
    ["a=100%", "a=100%25"],
    ["a=x+y", "a=x%2By"],
  ])("spells '%s' as '%s'", (query, expected) => {
    expect(canonicalQuery(query)).toBe(expected);
  });
});

describe("escapeUri and canonicalHeaderValue", () => {
  it("escape what encodeURIComponent leaves", () => {
    expect(escapeUri("a!'()*~ /ü")).toBe("a%21%27%28%29%2A~%20%2F%C3%BC");
  });

  it("do not fail on half a surrogate pair", () => {
    expect(escapeUri("\ud800")).toBe("%EF%BF%BD");
  });

  it("collapse white space only where there is some to collapse", () => {
    expect(canonicalHeaderValue("  a   b\t\tc\r\n d ")).toBe("a b c d");
    expect(canonicalHeaderValue("a b")).toBe("a b");
  });
});
