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

/** Findings of one validation, without those that only repeat others. */
export function shapeFindings(json: JsonValue, errors: readonly ErrorObject[]): readonly Finding[] {
  const findings = new Map<string, Finding>();
  const told = withoutBranches(errors);
  for (const error of told.filter((candidate) => !isMisspelt(candidate, told))) {
    const finding = toFinding(json, error);
    findings.set(JSON.stringify([finding.code, finding.path, finding.message]), finding);
  }
  return [...findings.values()];
}

/**
 * Drops what a union's branches and a name rule's inside say; of a union that fits in type, keeps that
 * branch instead.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === "oneOf" || error.keyword === "anyOf");
  return errors.filter((error) => {
    if (error.propertyName !== undefined) return false;
    const union = unions.find((candidate) => isInside(error, candidate));
    if (union !== undefined)
      return union.keyword === "anyOf" && fittingBranch(union, errors) === branchOf(error, union);
    return error.keyword !== "anyOf" || fittingBranch(error, errors) === null;
  });
}

/** Whether a missing key is there under a wrong spelling, which is told already. */
function isMisspelt(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (error.keyword !== "required") return false;
  return errors.some(
    (other) =>
      other.keyword === "additionalProperties" &&
      other.instancePath === error.instancePath &&
      nearestName(String(other.params["additionalProperty"]), knownKeys(other)) ===
        error.params["missingProperty"],
  );
}

/** The one branch of a union whose type the value has, or null. */
function fittingBranch(union: ErrorObject, errors: readonly ErrorObject[]): number | null {
  const inside = errors.filter((error) => isInside(error, union));
  const mistyped = new Set(
    inside
      .filter((error) => error.keyword === "type" && error.instancePath === union.instancePath)
      .map((error) => branchOf(error, union)),
  );
  const fitting = new Set(
    inside.map((error) => branchOf(error, union)).filter((branch) => !mistyped.has(branch)),
  );
  return fitting.size === 1 ? [...fitting][0]! : null;
}

function isInside(error: ErrorObject, union: ErrorObject): boolean {
  return (
    error !== union &&
    error.schemaPath.startsWith(`${union.schemaPath}/`) &&
    (error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`))
  );
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
