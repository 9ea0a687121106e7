import type { Finding } from "@tulle/core/analysis";

/** A stretch of one line of a file. */
export interface Location {
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** Code units to underline, at least 1. */
  readonly length: number;
  /** The whole line, or empty where it is too long to be shown. */
  readonly lineText: string;
}

export interface LocatedRelation {
  readonly message: string;
  readonly location: Location | null;
  /** File that is meant where no position inside it is known. */
  readonly file: string | null;
}

/** A finding with its place in a file. */
export interface LocatedFinding extends Omit<Finding, "related"> {
  readonly location: Location | null;
  /** File that is meant where no position inside it is known: a module, or a file that could not be read. */
  readonly file: string | null;
  readonly related?: readonly LocatedRelation[];
}
