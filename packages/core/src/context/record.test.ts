import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeContext,
  emptyContext,
  encodeContext,
  type RequestContext,
  spellContext,
  traceRoot,
} from "./index.ts";

const text = fc.option(fc.string({ minLength: 1 }), { nil: null });
const anyContext: fc.Arbitrary<RequestContext> = fc.record({
  traceparent: text,
  deadlineMs: fc.option(fc.integer({ min: 1 }), { nil: null }),
  constellation: text,
  key: text,
  caller: text,
  attempt: fc.nat(10),
  mirror: fc.boolean(),
  criticality: fc.constantFrom("critical", "default", "sheddable"),
  values: fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== "__proto__"),
    fc.string(),
  ),
  signature: text,
});

describe("the context record", () => {
  it("comes back from the wire as it went", () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        expect(decodeContext(JSON.parse(JSON.stringify(encodeContext(context))))).toEqual(context);
      }),
    );
  });

  it("is spelled as JSON would spell it", () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        expect(spellContext(context)).toBe(JSON.stringify(encodeContext(context)));
      }),
    );
  });

  it("reads anything without failing, and rubbish as empty", () => {
    fc.assert(fc.property(fc.jsonValue(), (rubbish) => void decodeContext(rubbish)));
    expect(decodeContext("x")).toEqual(emptyContext);
    expect(decodeContext({ v: 1, d: "soon", k: 7 })).toEqual(emptyContext);
  });

  it("ignores fields that a later version may add", () => {
    expect(decodeContext({ v: 2, k: "robot-7", zz: { deep: true } }).key).toBe("robot-7");
  });

  it("is small when empty", () => {
    expect(JSON.stringify(encodeContext(emptyContext))).toBe('{"v":1}');
  });
});

describe("traceRoot", () => {
  it("finds the trace id and nothing in a malformed header", () => {
    expect(traceRoot(`00-${"a".repeat(32)}-${"b".repeat(16)}-01`)).toBe("a".repeat(32));
    expect(traceRoot("00-abc-def-01")).toBeNull();
    expect(traceRoot(null)).toBeNull();
  });
});
