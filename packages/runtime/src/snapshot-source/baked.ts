/**
 * The snapshot that was put beside the code at deployment, for an INIT during which control cannot be
 * reached.
 */
import { readFileSync } from "node:fs";
import type { Snapshot } from "@tulle/core/snapshot";

/** Reads it from a path; null for no path. Throws when the file is missing or not JSON. */
export function readBakedSnapshot(path: string | undefined): Snapshot | null {
  return path ? (JSON.parse(readFileSync(path, "utf8")) as Snapshot) : null;
}
