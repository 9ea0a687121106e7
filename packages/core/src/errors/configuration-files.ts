import type { ErrorEntry } from "./entry.ts";

/** Codes of the files: whether a configuration could be read at all. */
export type FileCode =
  | "TULLE1001"
  | "TULLE1003"
  | "TULLE1004"
  | "TULLE1005"
  | "TULLE1006"
  | "TULLE1007"
  | "TULLE1008"
  | "TULLE1009"
  | "TULLE1010"
  | "TULLE1011"
  | "TULLE1012"
  | "TULLE1013"
  | "TULLE1014"
  | "TULLE1015"
  | "TULLE1016"
  | "TULLE1017"
  | "TULLE1018"
  | "TULLE1019";

/** TULLE1001-1019: why a configuration could not be read. */
export const fileErrors: Readonly<Record<FileCode, ErrorEntry>> = {
  TULLE1001: configurationEntry(
    "malformed-yaml",
    "The file is not well-formed YAML.",
    "Mend the syntax at the position shown.",
  ),
  TULLE1003: {
    ...configurationEntry(
      "file-not-found",
      "A configuration file does not exist.",
      "Check the path, or create the file.",
    ),
    category: "not-found",
    status: 404,
  },
  TULLE1004: configurationEntry(
    "not-a-file",
    "The path leads to a folder or to something else that is not a regular file.",
    "Name the configuration file itself.",
  ),
  TULLE1005: configurationEntry(
    "file-too-large",
    "A configuration file is larger than Tulle reads.",
    "Split the file with `include`, or keep data out of the configuration.",
  ),
  TULLE1006: configurationEntry(
    "too-many-files",
    "The `include` patterns match more files, or search more folders, than Tulle reads.",
    "Make the pattern narrower.",
  ),
  TULLE1007: configurationEntry("not-utf8", "The file is not UTF-8 text.", "Save the file as UTF-8."),
  TULLE1008: configurationEntry(
    "empty-configuration",
    "The file holds no configuration.",
    "Begin with `version: 1` and `mesh: NAME`.",
  ),
  TULLE1009: configurationEntry(
    "duplicate-key",
    "A map has the same key twice.",
    "Remove one of the two, or join them.",
  ),
  TULLE1010: configurationEntry(
    "include-cycle",
    "A file includes itself, directly or through others.",
    "Remove one of the `include` entries in the cycle.",
  ),
  TULLE1011: configurationEntry(
    "include-matches-nothing",
    "An `include` pattern matches no file.",
    "Correct the pattern; it is relative to the file that it stands in.",
  ),
  TULLE1012: configurationEntry(
    "configuration-too-complex",
    "The configuration is nested too deeply, or its aliases unfold into too many values.",
    "Spell the values out, or use named policies instead of YAML anchors.",
  ),
  TULLE1013: configurationEntry(
    "module-failed",
    "The configuration module could not be loaded: it threw, did not finish or is not valid code.",
    "Mend the module at the position shown; the cause is in the message.",
  ),
  TULLE1014: configurationEntry(
    "module-exports-nothing",
    "The configuration module has no default export that is a mesh.",
    "Write `export default defineMesh({ ... })`.",
  ),
  TULLE1015: configurationEntry(
    "declared-twice",
    "Two files declare the same thing.",
    "Remove or rename one of the two declarations.",
  ),
  TULLE1016: configurationEntry(
    "file-unreadable",
    "The system refuses to read a configuration file.",
    "Check the permissions of the file and of its folders.",
  ),
  TULLE1017: configurationEntry(
    "unknown-file-kind",
    "The file's extension is none that Tulle reads.",
    "Use .yaml, .yml or .json, or a module: .ts, .mts, .js or .mjs.",
  ),
  TULLE1018: configurationEntry(
    "environment-not-declared",
    "The environment asked for is not declared under `environments`.",
    "Declare it, with an empty map if nothing differs, or choose another.",
  ),
  TULLE1019: configurationEntry(
    "not-plain-data",
    "The configuration holds a value that JSON cannot represent.",
    "Use only maps, lists, text, finite numbers, true, false and null.",
  ),
};

/** An entry of a code that a configuration's author can mend. */
export function configurationEntry(name: string, meaning: string, remedy: string): ErrorEntry {
  return { name, category: "configuration", status: 422, retry: "never", meaning, remedy };
}
