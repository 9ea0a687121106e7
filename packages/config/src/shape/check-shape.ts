/**
 * Whether a tree has the shape that the schema describes, said in the words of findings rather than of a
 * validator.
 */
import type { Finding } from "@tulle/core/analysis";
import { type JsonValue, meshSchema } from "@tulle/core/model";
import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { shapeFindings } from "./shape-findings.ts";

let validate: ValidateFunction | undefined;

/** Checks the authored form against its schema. Compiles the schema when it is first asked. */
export function checkShape(json: JsonValue): readonly Finding[] {
  validate ??= new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    multipleOfPrecision: 6,
    // Ours is a list of branches that each say `required`; the properties stand beside the list.
    strictRequired: false,
  }).compile(meshSchema);
  return validate(json) ? [] : shapeFindings(json, validate.errors as ErrorObject[]);
}
