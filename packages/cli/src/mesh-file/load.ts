/**
 * Reads the configuration that a command line means, or says what is wrong with it. The readers of YAML and
 * schemas are only loaded when a file is read, because `tulle dev` has a process to start first.
 */
import { dirname, resolve } from "node:path";
import type { LoadedMesh, LoadResult, LocatedFinding } from "@tulle/config";
import { TulleError } from "@tulle/core/errors";

/** What says which configuration is meant. */
export interface MeshFileChoice {
  /** As given; null looks in the folder and above it. */
  readonly file: string | null;
  readonly folder: string;
  readonly environment: string | null;
}

/** A configuration with errors; carries the findings, so that whoever reports it can show them in place. */
export class ConfigurationRefused extends TulleError {
  readonly findings: readonly LocatedFinding[];
  readonly fileCount: number;

  constructor(result: LoadResult) {
    const errors = result.findings.filter(({ severity }) => severity === "error").length;
    const file = result.files[0] ?? "the configuration";
    super("TULLE6003", `${file} has ${errors} ${errors === 1 ? "error" : "errors"}.`, {
      context: { file, errors },
    });
    this.findings = result.findings;
    this.fileCount = result.files.length;
  }
}

/** Absolute path of the root file. Throws TULLE6005 where there is none. */
export async function locateMeshFile({ file, folder }: Omit<MeshFileChoice, "environment">): Promise<string> {
  if (file !== null) return resolve(folder, file);
  const { findMeshFile } = await import("@tulle/config");
  for (let here = resolve(folder); ; here = dirname(here)) {
    const found = await findMeshFile(here);
    if (found !== null) return found;
    if (dirname(here) === here) break;
  }
  throw new TulleError("TULLE6005", `There is no tulle.yaml or tulle.config.ts in ${folder} or above it.`);
}

/** The analysed configuration, with or without errors. */
export async function loadResult(choice: MeshFileChoice): Promise<LoadResult> {
  const path = await locateMeshFile(choice);
  const { loadMesh } = await import("@tulle/config");
  return loadMesh({ path, ...(choice.environment !== null && { environment: choice.environment }) });
}

/** The configuration, free of errors. Throws `ConfigurationRefused`. */
export async function loadConfiguration(choice: MeshFileChoice): Promise<LoadedMesh> {
  const result = await loadResult(choice);
  if (!result.ok) throw new ConfigurationRefused(result);
  return result;
}
