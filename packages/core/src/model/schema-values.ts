import { DURATION_PATTERN } from "./durations.ts";
import type { JsonValue } from "./mesh.ts";
import { NAME_PATTERN } from "./names.ts";
import type { JsonSchema } from "./schema.ts";
import { SIZE_PATTERN } from "./sizes.ts";

/** The small values that everything else in the schema is made of. */
export const valueDefinitions: { readonly [name: string]: JsonSchema } = {
  name: {
    title: "a name: lower-case letters, digits and hyphens, a letter first, at most 63",
    type: "string",
    pattern: NAME_PATTERN,
  },
  names: { title: "a list of names", type: "array", items: { $ref: "#/$defs/name" }, uniqueItems: true },
  caller: {
    title: "the name of a service, `gateway/NAME` or `*`",
    type: "string",
    pattern: `^(\\*|(gateway/)?${NAME_PATTERN.slice(1, -1)})$`,
  },
  callers: {
    title: "a list of callers",
    type: "array",
    items: { $ref: "#/$defs/caller" },
    uniqueItems: true,
  },
  duration: {
    title: "a duration such as `250ms`, `3s` or `1m30s`",
    type: "string",
    pattern: DURATION_PATTERN,
  },
  percent: {
    title: "a percentage from 0 to 100 with at most two decimals",
    type: "number",
    minimum: 0,
    maximum: 100,
    multipleOf: 0.01,
  },
  size: {
    title: "a size in bytes, or text such as `512KiB` or `4MB`",
    type: ["integer", "string"],
    minimum: 0,
    maximum: 1_000_000_000_000,
    pattern: SIZE_PATTERN,
  },
  version: {
    title: "a function version",
    type: ["string", "integer"],
    pattern: "^([0-9]+|\\$LATEST)$",
    minimum: 1,
    description: "A published version, or $LATEST.",
  },
  alias: {
    title: "the name of a function alias",
    type: "string",
    pattern: "^(?![0-9]+$)[a-zA-Z0-9_-]{1,128}$",
    description: "An alias of the function.",
  },
  url: { title: "an http or https URL", type: "string", pattern: "^https?://[^\\s/?#]+[^\\s]*$" },
  mode: {
    title: "`off`, `observe` or `enforce`",
    type: "string",
    enum: ["off", "observe", "enforce"],
    default: "enforce",
    description:
      "How much the mesh does: nothing, show everything but route nothing, or route and enforce everything.",
  },
};

/** A map from well-formed names to what a reference describes. */
export function nameMap(title: string, $ref: string, description: string): JsonSchema {
  return {
    title,
    type: "object",
    propertyNames: { $ref: "#/$defs/name" },
    additionalProperties: { $ref },
    description,
  };
}

/** An object with exactly these keys allowed. */
export function record(
  title: string,
  properties: { readonly [key: string]: JsonSchema },
  rest: { readonly [keyword: string]: JsonValue } = {},
): JsonSchema {
  return { title, type: "object", additionalProperties: false, properties, ...rest };
}

/** A reference with a description of its own. */
export function reference(name: string, description: string, extra: JsonSchema = {}): JsonSchema {
  return { $ref: `#/$defs/${name}`, description, ...extra };
}
