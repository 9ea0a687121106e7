import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatArn, parseArn, partitionOf } from "./arn.ts";

describe("parseArn", () => {
  it.each([
    ["arn:aws:sqs:eu-west-1:123456789012:jobs", "jobs"],
    ["arn:aws:s3:::fleet-maps/a:b", "fleet-maps/a:b"],
    ["arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:fn:live", "function:fn:live"],
    ["arn:aws:iam::aws:policy/ReadOnlyAccess", "policy/ReadOnlyAccess"],
  ])("reads %s", (text, resource) => {
    expect(parseArn(text)?.resource).toBe(resource);
    expect(formatArn(parseArn(text)!)).toBe(text);
  });

  it.each([
    "",
    "fn",
    "arn:aws:sqs:eu-west-1:123456789012:",
    "arn:aws:sqs:eu-west-1:42:jobs",
    "arn:aws:sqs:jobs",
    `arn:aws:s3:::${"a".repeat(3000)}`,
  ])("refuses '%.40s'", (text) => {
    expect(parseArn(text)).toBeNull();
  });

  it("undoes formatArn", () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
    const arn = fc.record({
      partition: part,
      service: part,
      region: fc.oneof(part, fc.constant("")),
      accountId: fc.oneof(fc.stringMatching(/^[0-9]{12}$/), fc.constant("")),
      resource: fc.string({ minLength: 1, unit: "grapheme" }),
    });
    fc.assert(
      fc.property(arn, (parts) => {
        expect(parseArn(formatArn(parts))).toEqual(parts);
      }),
    );
  });
});

describe("partitionOf", () => {
  it.each([
    ["eu-west-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-east-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eusc-de-east-1", "aws-eusc"],
  ])("puts %s into %s", (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });
});
