import { notFound } from "../api/errors.ts";
import { functionArn } from "./account.ts";
import type { AliasRecord, VersionRecord } from "./record.ts";
import type { FunctionEntry } from "./registry.ts";
import type { FunctionServices } from "./services.ts";

/** Finding functions, versions and aliases, and drawing the version behind a weighted alias. */

export const latestQualifier = "$LATEST";

/** The function, or the API's "Function not found" with `qualifier` in its ARN. */
export function requireFunction(
  services: Pick<FunctionServices, "account" | "registry">,
  functionName: string,
  qualifier: string | null = null,
): FunctionEntry {
  const entry = services.registry.get(functionName);
  if (entry === undefined) throw functionNotFound(services, functionName, qualifier);
  return entry;
}

/** The version that a qualifier stands for: $LATEST, a number, or an alias's own version. */
export function requireVersion(
  services: Pick<FunctionServices, "account" | "registry">,
  functionName: string,
  qualifier: string | null,
): VersionRecord {
  const entry = requireFunction(services, functionName, qualifier);
  const version = versionOf(entry, qualifier ?? latestQualifier);
  if (version === undefined) throw functionNotFound(services, functionName, qualifier);
  return version;
}

export function functionNotFound(
  services: Pick<FunctionServices, "account">,
  functionName: string,
  qualifier: string | null,
): Error {
  return notFound(`Function not found: ${functionArn(services.account, functionName, qualifier)}`);
}

/** Undefined where nothing of that name exists. An alias stands for its main version. */
export function versionOf(entry: FunctionEntry, qualifier: string): VersionRecord | undefined {
  if (qualifier === latestQualifier) return entry.record.latest;
  const version = entry.versions.get(qualifier);
  if (version !== undefined) return version;
  const alias = aliasOf(entry, qualifier);
  return alias === undefined ? undefined : versionOf(entry, alias.functionVersion);
}

/** The version that one invocation of a qualifier runs. `draw` is uniform in [0, 1). */
export function drawVersion(
  entry: FunctionEntry,
  qualifier: string,
  draw: () => number,
): VersionRecord | undefined {
  const alias = aliasOf(entry, qualifier);
  if (alias === undefined) return versionOf(entry, qualifier);
  let remaining = -1;
  for (const version in alias.weights) {
    if (remaining < 0) remaining = draw();
    remaining -= alias.weights[version] ?? 0;
    if (remaining < 0) return versionOf(entry, version);
  }
  return versionOf(entry, alias.functionVersion);
}

export function aliasOf(entry: FunctionEntry, name: string): AliasRecord | undefined {
  return Object.hasOwn(entry.record.aliases, name) ? entry.record.aliases[name] : undefined;
}
