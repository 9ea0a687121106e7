/**
 * A validator's errors to findings.
 *
 * Three things make the difference between a dump and an answer: errors inside the branches of a union are
 * dropped in favour of what the union as a whole wants, the sentence comes from the schema's `title`
 * ("expected a duration such as ..."), and whatever can be misspelt is compared with what would have been
 * right.
 */
import type { ConfigPath, Finding } from "@tulle/core/analysis";
import { type JsonValue, nearestName } from "@tulle/core/model";
import type { ErrorObject } from "ajv";
import { knownKeys, type ShapeProblem, shapeRules } from "./shape-rules.ts";

/** Findings of one validation, without those that only repeat others. Linear in the number of errors. */
export function shapeFindings(json: JsonValue, errors: readonly ErrorObject[]): readonly Finding[] {
  const findings = new Map<string, Finding>();
  const told = withoutBranches(errors);
  const unknownKeys = groupByPath(told.filter((error) => error.keyword === "additionalProperties"));
  for (const error of told) {
    if (isMisspelt(error, unknownKeys.get(error.instancePath) ?? [])) continue;
    const finding = toFinding(json, error);
    findings.set(JSON.stringify([finding.code, finding.path, finding.message]), finding);
  }
  return [...findings.values()];
}

/**
 * Drops what a union's branches and the inside of a rule for names say. Where the value has the type of one
 * branch only, that branch was meant: it speaks, and the union does not.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = groupByPath(
    errors.filter((error) => error.keyword === "oneOf" || error.keyword === "anyOf"),
  );
  const unionOf = new Map<ErrorObject, ErrorObject>();
  const inside = new Map<ErrorObject, ErrorObject[]>();
  for (const error of errors) {
    const union = surroundingUnion(error, unions);
    if (union === null) continue;
    unionOf.set(error, union);
    inside.set(union, [...(inside.get(union) ?? []), error]);
  }
  const fitting = new Map([...inside].map(([union, within]) => [union, fittingBranch(union, within)]));
  return errors.filter((error) => {
    if (error.propertyName !== undefined) return false;
    const union = unionOf.get(error);
    if (union === undefined) return error.keyword !== "anyOf" || (fitting.get(error) ?? null) === null;
    return union.keyword === "anyOf" && fitting.get(union) === branchOf(error, union);
  });
}

/** The union that an error is inside of, looked for at its own path and at those above. */
function surroundingUnion(
  error: ErrorObject,
  unions: ReadonlyMap<string, readonly ErrorObject[]>,
): ErrorObject | null {
  for (let path = error.instancePath; ; path = path.slice(0, path.lastIndexOf("/"))) {
    const union = unions.get(path)?.find((candidate) => isInside(error, candidate));
    if (union !== undefined) return union;
    if (path === "") return null;
  }
}

/** The one branch of a union whose type the value has, or null. */
function fittingBranch(union: ErrorObject, inside: readonly ErrorObject[]): number | null {
  const mistyped = new Set(
    inside
      .filter((error) => error.keyword === "type" && error.instancePath === union.instancePath)
      .map((error) => branchOf(error, union)),
  );
  const branches = new Set(inside.map((error) => branchOf(error, union)));
  const fitting = [...branches].filter((branch) => !mistyped.has(branch));
  return fitting.length === 1 ? fitting[0]! : null;
}

/** Whether a missing key is there under a wrong spelling, which is told already. */
function isMisspelt(error: ErrorObject, unknownKeys: readonly ErrorObject[]): boolean {
  if (error.keyword !== "required") return false;
  return unknownKeys.some((other) => {
    const nearest = nearestName(String(other.params["additionalProperty"]), knownKeys(other));
    return nearest === error.params["missingProperty"];
  });
}

function groupByPath(errors: readonly ErrorObject[]): ReadonlyMap<string, readonly ErrorObject[]> {
  return Map.groupBy(errors, (error) => error.instancePath);
}

function isInside(error: ErrorObject, union: ErrorObject): boolean {
  return error !== union && error.schemaPath.startsWith(`${union.schemaPath}/`);
}

function branchOf(error: ErrorObject, union: ErrorObject): number {
  return Number.parseInt(error.schemaPath.slice(union.schemaPath.length + 1), 10);
}

function toFinding(json: JsonValue, error: ErrorObject): Finding {
  const base = pathOf(json, error.instancePath);
  const rule = shapeRules[error.keyword];
  const { code, message, below, at, remedy }: ShapeProblem = rule?.(error) ?? {
    code: "TULLE1105",
    message: error.message ?? "malformed",
  };
  return {
    code,
    severity: "error",
    path: below === undefined ? base : [...base, below],
    at: at ?? "value",
    message,
    ...(remedy != null && { remedy }),
  };
}

/** A JSON pointer as keys; a step into a list is a number. */
function pathOf(json: JsonValue, pointer: string): ConfigPath {
  const path: (string | number)[] = [];
  let here: unknown = json;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(here) ? Number(key) : key);
    here = typeof here === "object" && here !== null ? (here as Record<string, unknown>)[key] : undefined;
  }
  return path;
}
