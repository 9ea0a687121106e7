/**
 * What each keyword of the schema says when it is violated: code, sentence, place and remedy, one rule per
 * keyword.
 */
import type { Finding } from "@tulle/core/analysis";
import { nearestName, suggestName } from "@tulle/core/model";
import type { ErrorObject } from "ajv";

export interface ShapeProblem {
  readonly code: Finding["code"];
  readonly message: string;
  /** Key below the value that the error is about. */
  readonly below?: string;
  readonly at?: Finding["at"];
  readonly remedy?: string | null;
}

type ShapeRule = (error: ErrorObject) => ShapeProblem;

/** Rules by keyword; a keyword without one is reported in the validator's words. */
export const shapeRules: Readonly<Record<string, ShapeRule>> = {
  additionalProperties: unknownKey,
  required: (error) => {
    const key = String(error.params["missingProperty"]);
    const message = `${objectTitle(error)} needs the key "${key}"`;
    return { code: "TULLE1101", message, at: "key" };
  },
  type: (error) => ({
    code: "TULLE1102",
    message: `expected ${titleOf(error, typesOf(error))}, found ${shown(error.data)}`,
  }),
  enum: (error) => unknownValue(error, error.params["allowedValues"] as readonly unknown[]),
  const: (error) => unknownValue(error, [error.params["allowedValue"]]),
  minimum: outOfRange,
  maximum: outOfRange,
  multipleOf: outOfRange,
  pattern: (error) => malformed(error, suggestion(error)),
  minLength: (error) => malformed(error, null),
  minItems: (error) => ({
    code: "TULLE1106",
    message: `${titleOf(error, "a list")} needs at least one entry`,
  }),
  minProperties: (error) => ({
    code: "TULLE1106",
    message: `${titleOf(error, "a map")} needs at least one key`,
  }),
  uniqueItems: (error) => {
    const list = error.data as readonly unknown[];
    const index = Math.max(Number(error.params["i"]), Number(error.params["j"]));
    return { code: "TULLE1106", message: `${shown(list[index])} is in the list twice`, at: "value" };
  },
  propertyNames: (error) => {
    const name = String(error.params["propertyName"]);
    const title = (error.parentSchema?.["propertyNames"] as { title?: string } | undefined)?.title;
    const better = title === undefined ? suggestName(name) : null;
    return {
      code: "TULLE1201",
      message: `"${name}" cannot be a name here`,
      below: name,
      at: "key",
      remedy: better === null ? null : `"${better}" would do`,
    };
  },
  oneOf: exactlyOne,
  not: exactlyOne,
  anyOf: (error) => ({
    code: "TULLE1102",
    message: `expected ${titleOf(error, "another value")}, found ${shown(error.data)}`,
  }),
};

function unknownKey(error: ErrorObject): ShapeProblem {
  const key = String(error.params["additionalProperty"]);
  const known = knownKeys(error);
  const nearest = nearestName(key, known);
  const listed = known.length <= 8 ? `known keys: ${known.join(", ")}` : null;
  const merge = key === "<<" ? "YAML merge keys have no meaning here; name a policy instead" : null;
  return {
    code: "TULLE1002",
    message: `unknown key "${key}" in ${objectTitle(error)}`,
    below: key,
    at: "key",
    remedy: nearest === null ? (merge ?? listed) : `did you mean "${nearest}"?`,
  };
}

/** Keys that the violated object schema knows. */
export function knownKeys(error: ErrorObject): readonly string[] {
  return Object.keys((error.parentSchema?.["properties"] ?? {}) as object);
}

function unknownValue(error: ErrorObject, allowed: readonly unknown[]): ShapeProblem {
  const words = allowed.filter((value) => typeof value === "string");
  const written = String(error.data);
  const sameWord = words.find((word) => word.toLowerCase() === written.toLowerCase());
  const nearest = sameWord ?? nearestName(written, words);
  return {
    code: "TULLE1103",
    message: `expected ${titleOf(error, `one of ${allowed.join(", ")}`)}, found ${shown(error.data)}`,
    remedy: nearest === null ? null : `did you mean "${nearest}"?`,
  };
}

function outOfRange(error: ErrorObject): ShapeProblem {
  const title = titleOf(error, `a number that is ${error.message ?? "in range"}`);
  return { code: "TULLE1104", message: `expected ${title}, found ${shown(error.data)}` };
}

function malformed(error: ErrorObject, remedy: string | null): ShapeProblem {
  return {
    code: "TULLE1105",
    message: `expected ${titleOf(error, "another text")}, found ${shown(error.data)}`,
    remedy,
  };
}

/** What was probably meant by a malformed name or duration. */
function suggestion(error: ErrorObject): string | null {
  const written = String(error.data);
  const pattern = new RegExp(String(error.params["pattern"]));
  const asName = written.includes("/") ? null : suggestName(written);
  const candidates = [asName, written.toLowerCase().replaceAll(" ", "")];
  const better = candidates.find((text) => text !== null && text !== written && pattern.test(text));
  return better == null ? null : `did you mean "${better}"?`;
}

function exactlyOne(error: ErrorObject): ShapeProblem {
  const branches = error.keyword === "not" ? [error.schema] : (error.schema as readonly unknown[]);
  const keys = branches.flatMap((branch) => (branch as { required?: readonly string[] }).required ?? []);
  const present = Object.keys(error.data as object).filter((key) => keys.includes(key));
  const title = objectTitle(error);
  if (present.length > 1) {
    const message = `${title} cannot have both ${present.map(quoted).join(" and ")}`;
    return { code: "TULLE1107", message, below: present[present.length - 1]!, at: "key" };
  }
  return { code: "TULLE1107", message: `${title} needs one of ${keys.map(quoted).join(", ")}`, at: "key" };
}

/** The schema's own words for what it describes. */
function titleOf(error: ErrorObject, otherwise: string): string {
  const title: unknown = error.parentSchema?.["title"];
  return typeof title === "string" ? title : otherwise;
}

/** The title of what is known to be an object, without the other thing that it might have been. */
function objectTitle(error: ErrorObject): string {
  return titleOf(error, "this map").replace(/ or the name of one$/, "");
}

function typesOf(error: ErrorObject): string {
  const types: unknown = error.params["type"];
  return (Array.isArray(types) ? types : [types]).join(" or ");
}

/** A value as a message names it, short. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function quoted(key: string): string {
  return `"${key}"`;
}
