/**
 * Bounds on what is read, checked before the work that they bound.
 *
 * A configuration is written by people: a mebibyte is some twenty thousand lines. Whatever passes these
 * bounds is a mistake or an attack, and gets a coded error instead of a process that hangs.
 */
export interface Limits {
  readonly fileBytes: number;
  readonly files: number;
  /** Folder entries that `include` patterns look at. */
  readonly folderEntries: number;
  /** Values in one file, with YAML aliases unfolded. */
  readonly nodes: number;
  readonly depth: number;
  /** Time for a configuration module to finish loading. */
  readonly moduleMs: number;
}

export const limits: Limits = {
  fileBytes: 1_048_576,
  files: 100,
  folderEntries: 20_000,
  nodes: 200_000,
  depth: 64,
  moduleMs: 10_000,
};
