import { describe, expect, it } from "vitest";
import { createTokens, isCallerName } from "./tokens.ts";

const tokens = createTokens(new Uint8Array(32).fill(7));

describe("tokens", () => {
  it("tell the operator and each caller apart", () => {
    expect(tokens.identify(tokens.operator)).toEqual({ kind: "operator" });
    for (const caller of ["dispatch", "gateway/edge", "operator"]) {
      expect(tokens.identify(tokens.issue(caller))).toEqual({ kind: "caller", caller });
    }
  });

  it("are the same after a restart and worthless under another secret", () => {
    expect(createTokens(new Uint8Array(32).fill(7)).issue("a")).toBe(tokens.issue("a"));
    const other = createTokens(new Uint8Array(32).fill(8));
    expect(other.identify(tokens.operator)).toBeNull();
    expect(other.identify(tokens.issue("a"))).toBeNull();
  });

  it("cannot be made from one another", () => {
    const [, mac] = tokens.issue("a").split(".");
    const forged = [
      "",
      ".",
      "a",
      "a.",
      `.${mac}`,
      `b.${mac}`,
      mac!,
      `a.${tokens.operator}`,
      `${tokens.operator}x`,
    ];
    for (const token of [...forged, `${tokens.issue("a")}x`, tokens.issue("a").slice(0, -1)]) {
      expect(tokens.identify(token), token).toBeNull();
    }
  });
});

it("takes services and gateways as callers, and nothing else", () => {
  for (const name of ["a", "dispatch-2", "gateway/edge"]) expect(isCallerName(name), name).toBe(true);
  for (const name of ["", "A", "a b", "a#b", "gateway/", "gateway/a/b", "gateway/gateway/a", "__proto__"]) {
    expect(isCallerName(name), name).toBe(false);
  }
});
