/** Findings about files themselves, and results that are either something or such findings. */
import type { ErrorCode } from "@tulle/core/errors";
import type { LocatedFinding, LocatedRelation } from "../location.ts";
import { locationOf } from "./places.ts";
import type { Place } from "./tree.ts";

/** Where a problem is: a place inside a file, or a file as a whole. */
export type Whereabouts = Place | string;

export interface ProblemDetails {
  readonly severity?: "error" | "warning";
  readonly remedy?: string | null;
  readonly related?: readonly { readonly message: string; readonly where: Whereabouts }[];
}

/** A finding about a file rather than about a value at a path. */
export function problem(
  code: ErrorCode,
  message: string,
  details: ProblemDetails & { readonly where: Whereabouts },
): LocatedFinding {
  const related = details.related?.map(
    (relation): LocatedRelation => ({ message: relation.message, ...whereabouts(relation.where) }),
  );
  return {
    code,
    severity: details.severity ?? "error",
    path: [],
    at: "value",
    message,
    ...whereabouts(details.where),
    ...(details.remedy != null && { remedy: details.remedy }),
    ...(related !== undefined && { related }),
  };
}

/** Location and file of a place, or of a file as a whole. */
export function whereabouts(where: Whereabouts): Pick<LocatedFinding, "location" | "file"> {
  return typeof where === "string"
    ? { location: null, file: where }
    : { location: locationOf(where), file: where.source.file };
}

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: LocatedFinding };

export function success<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

export function failure(found: LocatedFinding): { readonly ok: false; readonly problem: LocatedFinding } {
  return { ok: false, problem: found };
}
