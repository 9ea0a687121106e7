import type { JsonValue } from "./mesh.ts";
import type { JsonSchema } from "./schema.ts";

/**
 * The schema of a merge patch, derived from the schema of what it patches.
 *
 * A patch may leave out what is required and may say null for "remove"; everything else holds as before, so
 * a misspelt key inside `environments` is found without choosing that environment. Lists are replaced whole
 * and so keep their schema.
 */

const PREFIX = "#/$defs/";

/** Definitions of the patches of all definitions, under `patch-NAME`. */
export function patchDefinitions(definitions: { readonly [name: string]: JsonSchema }): {
  [name: string]: JsonSchema;
} {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [`patch-${name}`, patchOf(schema)]),
  );
}

/** Patches of the properties of an object. */
export function patchReference(properties: { readonly [key: string]: JsonSchema }): {
  [key: string]: JsonSchema;
} {
  return Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, patchOf(schema)]));
}

function patchOf(schema: JsonSchema): JsonSchema {
  const patch: { [keyword: string]: JsonValue } = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (dropped.has(keyword)) continue;
    patch[keyword] = patchKeyword(keyword, value);
  }
  return patch;
}

/** Keywords that speak of a whole object; a patch is a part of one. */
const dropped: ReadonlySet<string> = new Set(["required", "oneOf", "not", "default"]);

function patchKeyword(keyword: string, value: JsonValue): JsonValue {
  if (keyword === "$ref" && typeof value === "string") return value.replace(PREFIX, `${PREFIX}patch-`);
  if (keyword === "type") return [...(Array.isArray(value) ? value : [value]), "null"];
  if (keyword === "enum" && Array.isArray(value)) return [...value, null];
  if (keyword === "properties") return patchReference(value as { [key: string]: JsonSchema });
  if (keyword === "additionalProperties" && isSchema(value)) return patchOf(value);
  if (keyword === "anyOf" && Array.isArray(value)) return value.map((branch) => patchOf(branch));
  return value;
}

function isSchema(value: JsonValue): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
