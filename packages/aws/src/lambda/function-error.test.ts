import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFunctionError } from "./index.ts";

const read = (text: string) => readFunctionError(Buffer.from(text));
const nothing = { errorType: "", errorMessage: "" };

describe("readFunctionError", () => {
  it.each([
    [
      "Node's document",
      '{"errorType":"TypeError","errorMessage":"x is \\"not\\" a function","trace":["at y"]}',
      { errorType: "TypeError", errorMessage: 'x is "not" a function' },
    ],
    [
      "Python's document",
      '{"errorMessage": "division by zero", "errorType": "ZeroDivisionError", "requestId": ""}',
      { errorType: "ZeroDivisionError", errorMessage: "division by zero" },
    ],
    [
      "the older timeout",
      '{"errorMessage":"2026-11-23T10:00:00Z r Task timed out after 1.00 seconds"}',
      {
        errorType: "",
        errorMessage: "2026-11-23T10:00:00Z r Task timed out after 1.00 seconds",
      },
    ],
    [
      "nested look-alikes",
      '{"cause":{"errorType":"Inner"},"list":["errorType"],"errorType":"Outer"}',
      {
        errorType: "Outer",
        errorMessage: "",
      },
    ],
    [
      "a value that looks like a key",
      '{"a":"errorType","errorMessage":"m"}',
      { errorType: "", errorMessage: "m" },
    ],
    ["a type that is no text", '{"errorType":7,"errorMessage":"m"}', { errorType: "", errorMessage: "m" }],
  ])("reads %s", (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    "",
    "null",
    "[]",
    '"errorType"',
    "not json",
    '{"errorType"',
    '{"errorType":',
    '[{"errorType":"x"}]',
  ])("finds nothing in '%s'", (text) => {
    expect(read(text)).toEqual(nothing);
  });

  it("agrees with JSON.parse on every document of a runtime", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 200 });
    const document = fc.record(
      { errorType: text, errorMessage: text, trace: fc.array(text), cause: fc.object({ key: text }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(document, fc.boolean(), (given, indented) => {
        const json = JSON.stringify(given, null, indented ? 2 : 0);
        const { errorType, errorMessage } = JSON.parse(json) as { errorType?: string; errorMessage?: string };
        expect(read(json)).toEqual({ errorType: errorType ?? "", errorMessage: errorMessage ?? "" });
      }),
    );
  });

  it("finds the type behind a message of six megabytes or gives it up, and cuts the message", () => {
    const long = "ü\\n".repeat(2_000_000);
    const summary = read(`{"errorType":"E","errorMessage":"${long}"}`);
    expect(summary.errorType).toBe("E");
    expect(Buffer.byteLength(summary.errorMessage)).toBeLessThanOrEqual(4096);
    expect(summary.errorMessage.startsWith("ü\nü\n")).toBe(true);
    expect(read(`{"errorMessage":"${long}","errorType":"E"}`).errorType).toBe("");
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (payload) => {
        expect(Object.keys(readFunctionError(payload))).toEqual(["errorType", "errorMessage"]);
      }),
    );
  });
});
