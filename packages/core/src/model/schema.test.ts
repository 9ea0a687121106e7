import { describe, expect, it } from "vitest";
import type { JsonValue } from "./mesh.ts";
import { type JsonSchema, meshSchema } from "./schema.ts";

/** Every schema inside the mesh's, with the path that leads to it. */
function* schemasIn(value: JsonValue, path = "#"): Iterable<readonly [string, JsonSchema]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value) && ("type" in value || "$ref" in value)) yield [path, value as JsonSchema];
  for (const [key, child] of Object.entries(value)) yield* schemasIn(child, `${path}/${key}`);
}

const all = [...schemasIn(meshSchema)];
const definitions = meshSchema["$defs"] as { readonly [name: string]: JsonSchema };

describe("meshSchema", () => {
  it("refers only to definitions that it has", () => {
    const references = all.map(([, schema]) => schema["$ref"]).filter((ref) => typeof ref === "string");
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references)
      expect(definitions).toHaveProperty([reference.replace("#/$defs/", "")]);
  });

  it("knows every key of every object, so that a misspelt one is an error", () => {
    const objects = all.filter(([, schema]) => schema["properties"] !== undefined);
    expect(objects.filter(([, schema]) => schema["additionalProperties"] !== false)).toEqual([]);
  });

  it("has a title for everything that can be said to be expected", () => {
    const untitled = all.filter(
      ([path, schema]) => schema["type"] && !schema["title"] && !path.includes("/anyOf/"),
    );
    expect(untitled.map(([path]) => path)).toEqual([]);
  });

  it("asks a patch for nothing and lets it remove everything", () => {
    for (const [path, schema] of all.filter(([at]) => at.includes("/patch-") && !at.includes("/items"))) {
      expect(schema["required"], path).toBeUndefined();
      if (schema["type"] !== undefined) expect(schema["type"], path).toContain("null");
    }
  });

  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(meshSchema))).toEqual(meshSchema);
  });
});
