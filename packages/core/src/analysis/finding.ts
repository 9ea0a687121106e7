import type { ErrorCode } from "../errors/index.ts";

/**
 * Keys that lead from the root of the authored configuration to a value, as in `["services", "a", "uses",
 * 0]`.
 */
export type ConfigPath = readonly (string | number)[];

/**
 * One thing that the analyzer has to say about a configuration. The config package adds file, line and
 * column.
 */
export interface Finding {
  readonly code: ErrorCode;
  readonly severity: "error" | "warning";
  readonly path: ConfigPath;
  /** Whether the position meant is the key itself or its value. */
  readonly at: "key" | "value";
  readonly message: string;
  /** What to do, in one sentence; shown under the caret. */
  readonly remedy?: string;
  /** Other places that belong to the finding: the first of two duplicates, the steps of a cycle. */
  readonly related?: readonly { readonly path: ConfigPath; readonly message: string }[];
}
