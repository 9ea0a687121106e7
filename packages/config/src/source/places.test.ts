import type { ConfigPath } from "@tulle/core/analysis";
import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { findPlace, locationOf } from "./places.ts";
import { newSource } from "./source.ts";
import { parseYaml } from "./yaml-tree.ts";

/** The text that a path is underlined at, and where. */
function pointAt(text: string, path: ConfigPath, at: "key" | "value" = "value"): string {
  const tree = parseYaml(newSource("/m/tulle.yaml", text), limits);
  if (!tree.ok) throw new Error(tree.problem.message);
  const location = locationOf(findPlace(tree.value, path, at));
  if (location === null) throw new Error("no location");
  const { line, column, length, lineText } = location;
  return `${line}:${column} ${lineText.slice(column - 1, column - 1 + length)}`;
}

const text = `services:
  dispatch: # a comment
    uses: [navigator, "maps"]
    backend: { function: f, alias: live }
    allow:
      - gateway/edge
      - telemetry
    fallback:
      value: |
        several
        lines
  plain:
    backend: &shared
      function: f
  aliased:
    backend: *shared
`;

describe("places", () => {
  it("tells a key from its value", () => {
    expect(pointAt(text, ["services", "dispatch", "uses"], "key")).toBe("3:5 uses");
    expect(pointAt(text, ["services", "dispatch", "uses"])).toBe('3:11 [navigator, "maps"]');
  });

  it("points into flow lists and maps", () => {
    expect(pointAt(text, ["services", "dispatch", "uses", 0])).toBe("3:12 navigator");
    expect(pointAt(text, ["services", "dispatch", "uses", 1])).toBe('3:23 "maps"');
    expect(pointAt(text, ["services", "dispatch", "backend", "alias"], "key")).toBe("4:29 alias");
    expect(pointAt(text, ["services", "dispatch", "backend", "alias"])).toBe("4:36 live");
  });

  it("points into blocks, and at the key of a block as a whole", () => {
    expect(pointAt(text, ["services", "dispatch", "allow", 1])).toBe("7:9 telemetry");
    expect(pointAt(text, ["services", "dispatch", "allow"])).toBe("5:5 allow");
    expect(pointAt(text, ["services"])).toBe("1:1 services");
  });

  it("points at the first line of what takes several", () => {
    expect(pointAt(text, ["services", "dispatch", "fallback", "value"])).toBe("9:14 |");
  });

  it("points at the nearest thing around what was not written", () => {
    expect(pointAt(text, ["services", "dispatch", "timeouts", "request"])).toBe("2:3 dispatch");
    expect(pointAt(text, ["services", "dispatch", "uses", 7])).toBe("3:5 uses");
    expect(pointAt(text, ["gateways", "edge"])).toBe("1:1 services:");
  });

  it("points at an alias itself, and at the anchor for what is inside", () => {
    expect(pointAt(text, ["services", "aliased", "backend"])).toBe("16:14 *shared");
    expect(pointAt(text, ["services", "aliased", "backend", "function"])).toBe("14:17 f");
  });

  it("counts lines that end in CRLF", () => {
    expect(pointAt("a: 1\r\nb:\r\n  c: 22\r\n", ["b", "c"])).toBe("3:6 22");
    expect(pointAt("a: 1\r\nb: x y\r\n", ["b"])).toBe("2:4 x y");
  });

  it("locates but does not quote very long lines", () => {
    const source = newSource("/m/tulle.json", `{"a": "${"x".repeat(1_000)}", "b": 1}`);
    const tree = parseYaml(source, limits);
    expect(tree.ok && locationOf(findPlace(tree.value, ["b"], "value"))).toEqual({
      file: "/m/tulle.json",
      line: 1,
      column: 1_016,
      length: 1,
      lineText: "",
    });
  });
});
