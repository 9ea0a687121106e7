import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFunctionName, functionArn, parseFunctionName } from "./function-name.ts";

const silent = { partition: null, region: null, accountId: null, qualifier: null };

describe("parseFunctionName", () => {
  it.each([
    ["fn", { ...silent, kind: "name", name: "fn" }],
    ["fn:live", { ...silent, kind: "name", name: "fn", qualifier: "live" }],
    ["fn:$LATEST", { ...silent, kind: "name", name: "fn", qualifier: "$LATEST" }],
    ["fn:$LATEST.PUBLISHED", { ...silent, kind: "name", name: "fn", qualifier: "$LATEST.PUBLISHED" }],
    ["function:fn", { ...silent, kind: "partialArn", name: "fn" }],
    ["function:fn:7", { ...silent, kind: "partialArn", name: "fn", qualifier: "7" }],
    ["123456789012:fn", { ...silent, kind: "partialArn", accountId: "123456789012", name: "fn" }],
    [
      "123456789012:function:fn:live",
      { ...silent, kind: "partialArn", accountId: "123456789012", name: "fn", qualifier: "live" },
    ],
    ["eu-west-1:fn", { ...silent, kind: "partialArn", region: "eu-west-1", name: "fn" }],
    [
      "arn:aws:lambda:eu-west-1:123456789012:function:fn:live",
      {
        kind: "arn",
        partition: "aws",
        region: "eu-west-1",
        accountId: "123456789012",
        name: "fn",
        qualifier: "live",
      },
    ],
    [
      "arn:aws:lambda:eu-west-1:123456789012:function",
      {
        kind: "arn",
        partition: "aws",
        region: "eu-west-1",
        accountId: "123456789012",
        name: "function",
        qualifier: null,
      },
    ],
    ["function", { ...silent, kind: "name", name: "function" }],
    ["with.dots", { ...silent, kind: "name", name: "with.dots" }],
  ])("reads '%s'", (text, expected) => {
    expect(parseFunctionName(text)).toEqual(expected);
  });

  it.each([
    ["", "empty"],
    ["a".repeat(257), "tooLong"],
    ["*", "pattern"],
    ["my-function!", "pattern"],
    ["fn:1:2", "pattern"],
    ["fn:$latest", "pattern"],
    ["fn\n", "pattern"],
    ["invalid-account:function:fn", "pattern"],
    ["arn:aws:lambda:invalid-region:123456789012:function:fn", "pattern"],
    ["arn:aws:ec2:eu-west-1:123456789012:instance:i-1234567890abcdef0", "pattern"],
  ])("refuses '%.60s'", (text, reason) => {
    expect(parseFunctionName(text)).toEqual({ kind: "invalid", reason });
  });

  it("finds again what functionArn spelled", () => {
    const parts = fc.record({
      region: fc.constantFrom("eu-west-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"),
      accountId: fc.stringMatching(/^[0-9]{12}$/),
      name: fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/),
      qualifier: fc.option(fc.stringMatching(/^[a-zA-Z0-9_-]{1,32}$/)),
    });
    fc.assert(
      fc.property(parts, (given) => {
        expect(parseFunctionName(functionArn(given))).toMatchObject({ kind: "arn", ...given });
      }),
    );
  });

  it("never throws and never takes long", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9:$.-]{0,300}$/), (text) => {
        expect(["name", "partialArn", "arn", "invalid"]).toContain(parseFunctionName(text).kind);
      }),
    );
  });
});

describe("decodeFunctionName", () => {
  it("undoes the encoding that SDKs apply", () => {
    expect(decodeFunctionName("123456789012%3Afunction%3Afn")).toBe("123456789012:function:fn");
  });

  it("gives null for what is not an encoding", () => {
    expect(decodeFunctionName("fn%3")).toBeNull();
    expect(decodeFunctionName("%ff")).toBeNull();
  });
});
