import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_CLIENT_CONTEXT_BYTES, mergeClientContext, readClientContext } from "./index.ts";

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const tulle = { v: 1, k: "robot-7" } as const;
const ours = JSON.stringify(tulle);

describe("mergeClientContext", () => {
  it("makes a context where the caller had none", () => {
    for (const existing of [null, ""]) {
      const { value, dropped } = mergeClientContext(existing, ours);
      expect(dropped).toBeNull();
      expect(readClientContext(value!)).toEqual({ custom: { tulle } });
    }
  });

  it("keeps everything that the caller put there", () => {
    const object = fc.dictionary(
      fc.string().filter((key) => key !== "__proto__" && key !== "tulle"),
      fc.jsonValue(),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(object, object, (rest, custom) => {
        const theirs = JSON.parse(JSON.stringify({ ...rest, custom })) as object;
        const { value, dropped } = mergeClientContext(base64(theirs), ours);
        expect(dropped).toBeNull();
        expect(readClientContext(value!)).toEqual({
          ...theirs,
          custom: { ...JSON.parse(JSON.stringify(custom)), tulle },
        });
      }),
    );
  });

  it("carries text beyond ASCII", () => {
    for (const key of ["caf\u00e9", "\u6a5f\u5668\u4eba", "\u{1f916}"]) {
      const { value } = mergeClientContext(null, JSON.stringify({ v: 1, k: key }));
      expect(readClientContext(value!)).toEqual({ custom: { tulle: { v: 1, k: key } } });
    }
  });

  it("replaces the context of the hop before", () => {
    const { value } = mergeClientContext(base64({ custom: { tulle: { v: 1, k: "old" }, user: 1 } }), ours);
    expect(readClientContext(value!)).toEqual({ custom: { tulle, user: 1 } });
  });

  it("leaves ours out where the sum would pass the limit, to the byte", () => {
    const room = (bytes: number) => base64({ custom: { pad: "x".repeat(bytes) } });
    let fits = 0;
    while (mergeClientContext(room(fits + 1), ours).dropped === null) fits++;
    expect(mergeClientContext(room(fits), ours).value!.length).toBeLessThanOrEqual(MAX_CLIENT_CONTEXT_BYTES);
    expect(mergeClientContext(room(fits), ours).value!.length).toBeGreaterThan(MAX_CLIENT_CONTEXT_BYTES - 8);
    expect(mergeClientContext(room(fits + 1), ours)).toEqual({
      value: room(fits + 1),
      dropped: "tooLong",
    });
  });

  it("says so where ours alone is too long", () => {
    const values = { v: 1, x: { a: "y".repeat(4000) } } as const;
    expect(mergeClientContext(null, JSON.stringify(values))).toEqual({ value: null, dropped: "tooLong" });
  });

  it.each([
    "not base64 of json",
    base64([1]),
    base64(null),
    base64({ custom: "text" }),
    base64({ custom: [1] }),
  ])("passes on '%s' untouched", (existing) => {
    expect(mergeClientContext(existing, ours)).toEqual({ value: existing, dropped: "unreadable" });
  });
});
