/** Laws that hold for every tree that the schema accepts; the trees are drawn from the schema itself. */
import { analyze } from "@tulle/core/analysis";
import { type JsonSchema, type JsonValue, type MeshFile, meshSchema, normalizeMesh } from "@tulle/core/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkShape } from "./shape/check-shape.ts";

/** Few names, some of them awkward, so that references meet what they refer to. */
const name = fc.constantFrom("a", "b", "c", "constructor", "stable");

const known: Readonly<Record<string, fc.Arbitrary<JsonValue>>> = {
  name,
  alias: name,
  url: fc.constantFrom("http://a.test", "https://b.test/c"),
  caller: fc.oneof(name, fc.constantFrom("*", "gateway/a", "gateway/b")),
  duration: fc.constantFrom("0s", "250ms", "3s", "1m30s", "99999h99999h99999h99999h"),
  percent: fc.oneof(
    fc.integer({ min: 0, max: 10_000 }).map((weight) => weight / 100),
    fc.constantFrom(0, 50, 100),
  ),
};

const definitions = meshSchema["$defs"] as { readonly [key: string]: JsonSchema };

/** An arbitrary of what a schema describes, for the keywords that ours uses. */
function valuesOf(schema: JsonSchema): fc.Arbitrary<JsonValue> {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const key = reference.replace("#/$defs/", "");
    return known[key] ?? valuesOf(definitions[key]!);
  }
  if (schema["const"] !== undefined) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...schema["enum"]);
  if (Array.isArray(schema["anyOf"])) return fc.oneof(...schema["anyOf"].map(valuesOf));
  const types: readonly JsonValue[] = Array.isArray(schema["type"])
    ? schema["type"]
    : [schema["type"] ?? "any"];
  return fc.oneof(...types.map((type) => ofType(String(type), schema)));
}

function ofType(type: string, schema: JsonSchema): fc.Arbitrary<JsonValue> {
  const minimum = Number(schema["minimum"] ?? 0);
  const maximum = Number(schema["maximum"] ?? 1_000_000);
  if (type === "object") return objectsOf(schema);
  if (type === "array") {
    const minLength = Number(schema["minItems"] ?? 0);
    const constraints = { minLength, maxLength: 2 };
    const items = valuesOf(schema["items"] as JsonSchema);
    return schema["uniqueItems"] === true ? fc.uniqueArray(items, constraints) : fc.array(items, constraints);
  }
  if (type === "boolean") return fc.boolean();
  if (type === "integer") return fc.integer({ min: minimum, max: maximum });
  if (type === "number") return fc.double({ min: minimum, max: maximum, noNaN: true });
  if (type === "null") return fc.constant(null);
  if (type === "any") return fc.jsonValue() as fc.Arbitrary<JsonValue>;
  const pattern = schema["pattern"];
  if (typeof pattern === "string") {
    const expression = new RegExp(pattern);
    return expression.test("stable") ? name : fc.stringMatching(expression);
  }
  return fc.oneof(name, fc.string({ minLength: 1, maxLength: 10 }), fc.constantFrom("/", "/a/{b}", "/{c+}"));
}

function objectsOf(schema: JsonSchema): fc.Arbitrary<JsonValue> {
  const properties = (schema["properties"] ?? {}) as { readonly [key: string]: JsonSchema };
  const required = [...((schema["required"] ?? []) as readonly string[])];
  const keys = Object.keys(properties);
  if (keys.length === 0) {
    const rest = schema["additionalProperties"] as JsonSchema;
    return fc.dictionary(name as fc.Arbitrary<string>, valuesOf(rest), {
      minKeys: Number(schema["minProperties"] ?? 0),
      maxKeys: 3,
      noNullPrototype: true,
    });
  }
  const branches = (schema["oneOf"] ?? [{ required: [] }]) as readonly {
    readonly required: readonly string[];
  }[];
  const exclusive = new Set(branches.flatMap((branch) => branch.required));
  return fc.oneof(
    ...branches.map((branch) => {
      const drawn = keys.filter((key) => branch.required.includes(key) || !exclusive.has(key));
      const fields = Object.fromEntries(drawn.map((key) => [key, valuesOf(properties[key]!)]));
      const requiredKeys = [...required, ...branch.required] as never[];
      const record = fc.record(fields, { requiredKeys, noNullPrototype: true });
      return schema["not"] === undefined ? record : record.map(withoutVersion);
    }),
  ) as fc.Arbitrary<JsonValue>;
}

/** An alias and a version exclude each other. */
function withoutVersion(value: object): object {
  return "alias" in value
    ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== "version"))
    : value;
}

const { environments: _, ...sections } = meshSchema["properties"] as { readonly [key: string]: JsonSchema };
const trees = valuesOf({ ...meshSchema, properties: sections });
const meshes = trees.filter((json) => checkShape(json).length === 0);

describe("any mesh that the schema accepts", () => {
  it("is what the trees below are", () => {
    const accepted = fc.sample(trees, 50).filter((json) => checkShape(json).length === 0);
    expect(accepted.length).toBeGreaterThan(40);
  }, 30_000);

  it("is normalised and analysed without an exception", () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(meshes, (json) => {
        const file = json as unknown as MeshFile;
        const config = normalizeMesh(file);
        for (const finding of [...analyze(config, file), ...analyze(config)]) codes.add(finding.code);
        expect(JSON.parse(JSON.stringify(config))).toEqual(config);
      }),
      { numRuns: 300 },
    );
    expect(codes.size).toBeGreaterThan(10);
  }, 30_000);

  it("has weights that are whole, and add up wherever a member is left open and the rest fits", () => {
    fc.assert(
      fc.property(meshes, (json) => {
        const file = json as unknown as MeshFile;
        for (const [key, service] of Object.entries(normalizeMesh(file).services)) {
          const authored = file.services![key]!.revisions ?? [{ name: "stable" }];
          const sum = service.revisions.reduce((total, { weight }) => total + weight, 0);
          expect(Number.isInteger(sum)).toBe(true);
          const said = authored.reduce((total, { weight }) => total + Math.round((weight ?? 0) * 100), 0);
          if (authored.some(({ weight }) => weight === undefined) && said <= 10_000) expect(sum).toBe(10_000);
          else expect(sum).toBe(said);
        }
      }),
      { numRuns: 300 },
    );
  }, 30_000);
});
