import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { newSource } from "./source.ts";
import { toJson } from "./tree.ts";
import { parseYaml } from "./yaml-tree.ts";

function parse(text: string) {
  return parseYaml(newSource("/m/tulle.yaml", text), limits);
}

function refusalOf(text: string): string {
  const parsed = parse(text);
  if (parsed.ok) throw new Error("the text was accepted");
  const { code, location, message } = parsed.problem;
  return `${code} ${location?.line}:${location?.column} ${message}`;
}

describe("parseYaml", () => {
  it("reads maps, lists, values, anchors and aliases", () => {
    const parsed = parse('a: &x { b: [1, 2.5, true, null, "t"] }\nc: *x\n"d e": no\n7: seven\n');
    const shared = { b: [1, 2.5, true, null, "t"] };
    expect(parsed.ok && toJson(parsed.value)).toEqual({ a: shared, c: shared, "d e": "no", "7": "seven" });
  });

  it("keeps a key that JavaScript would take for a prototype as a key", () => {
    const parsed = parse("__proto__: { polluted: true }");
    const json = parsed.ok ? (toJson(parsed.value) as Record<string, unknown>) : {};
    expect(Object.keys(json)).toEqual(["__proto__"]);
    expect(json["polluted"]).toBeUndefined();
  });

  it.each([
    ["an open flow map", "a: { b: 1\nc: 2\n", "TULLE1001 2:1"],
    ["a tab as indentation", "a:\n\tb: 1\n", "TULLE1001 2:1 a tab cannot indent YAML"],
    ["two documents", "a: 1\n---\nb: 2\n", "TULLE1001 2:1 the file holds more than one YAML document"],
    ["a tag", "a: !Ref b\n", "TULLE1001 1:4 tags have no meaning here"],
    ["a map as a key", "? { a: 1 }\n: 2\n", "TULLE1001 1:3 a key must be plain text"],
    ["a missing anchor", "a: *nothing\n", "TULLE1001 1:4"],
    ["a key that is there twice", "a: 1\nb: 2\na: 3\n", 'TULLE1009 3:1 the key "a" is there twice'],
    ["a number that JSON does not know", "a: .inf\n", "TULLE1019 1:4 Infinity is no number that JSON knows"],
    ["an alias that contains itself", "a: &x [ *x ]\n", "TULLE1012"],
  ])("refuses %s", (_, text, refusal) => {
    expect(refusalOf(text)).toContain(refusal);
  });

  it("shows both places of a key that is there twice", () => {
    const parsed = parse("a: 1\na: 2\n");
    expect(!parsed.ok && parsed.problem.related).toMatchObject([{ location: { line: 1, column: 1 } }]);
  });

  it.each(["", "   \n", "# nothing but a comment\n", "---\n", "null\n"])("refuses %j as empty", (text) => {
    expect(refusalOf(text)).toContain("TULLE1008");
  });

  it("refuses aliases that unfold into a billion values, quickly", () => {
    const levels = ["a: &l0 [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level <= 9; level++) {
      levels.push(
        `b${level}: &l${level} [${Array(9)
          .fill(`*l${level - 1}`)
          .join(", ")}]`,
      );
    }
    expect(refusalOf(levels.join("\n"))).toContain("TULLE1012");
  });

  it("refuses a text that is nothing but brackets", () => {
    expect(refusalOf("[".repeat(20_000))).toContain("TULLE1012");
    expect(refusalOf("- ".repeat(20_000))).toContain("TULLE1012");
    expect(refusalOf(`${"[".repeat(100)}${"]".repeat(100)}`)).toContain("TULLE1012");
  });
});
