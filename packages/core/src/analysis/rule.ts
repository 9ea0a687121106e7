import type { ErrorCode } from "../errors/index.ts";
import { type MeshConfig, type MeshFile, nearestName } from "../model/index.ts";
import type { ConfigPath, Finding } from "./finding.ts";

/**
 * What a rule may look at. Where only a normal form is at hand, `authored` is null and a few rules have
 * nothing to say.
 */
export interface AnalysisInput {
  readonly config: MeshConfig;
  readonly authored: MeshFile | null;
}

/** One question about a configuration; one file each, in the order of `rules.ts`. */
export type Rule = (input: AnalysisInput) => Iterable<Finding>;

/** Where a finding points to and what it says besides its message. */
export interface Placement {
  readonly path: ConfigPath;
  /** Left out, the value. */
  readonly at?: Finding["at"];
  /** Left out or null, the code's own remedy stands. */
  readonly remedy?: string | null;
  readonly related?: Finding["related"];
}

/** A finding that keeps a configuration from being published. */
export function error(code: ErrorCode, message: string, placement: Placement): Finding {
  return { code, severity: "error", message, ...complete(placement) };
}

/** A finding that only wants to be seen. */
export function warning(code: ErrorCode, message: string, placement: Placement): Finding {
  return { code, severity: "warning", message, ...complete(placement) };
}

function complete(placement: Placement): Pick<Finding, "path" | "at" | "remedy" | "related"> {
  return {
    path: placement.path,
    at: placement.at ?? "value",
    ...(placement.remedy != null && { remedy: placement.remedy }),
    ...(placement.related !== undefined && { related: placement.related }),
  };
}

/** `did you mean "x"?`, or null where nothing declared is near. */
export function didYouMean(written: string, declared: Iterable<string>): string | null {
  const nearest = nearestName(written, declared);
  return nearest === null ? null : `did you mean "${nearest}"?`;
}

/** A declared thing by name; never what every JavaScript object carries, such as `constructor`. */
export function declared<Value>(record: Readonly<Record<string, Value>>, name: string): Value | null {
  return Object.hasOwn(record, name) ? record[name]! : null;
}
