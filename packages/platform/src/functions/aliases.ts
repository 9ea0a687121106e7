import { ApiError, conflict, invalidParameter, notFound, staleRevision } from "../api/errors.ts";
import { functionArn } from "./account.ts";
import { aliasOf, functionNotFound, latestQualifier, requireFunction, versionOf } from "./lookup.ts";
import type { AliasRecord } from "./record.ts";
import type { FunctionEntry } from "./registry.ts";
import type { FunctionServices } from "./services.ts";

/** Aliases: names that last, pointing at versions that do not change. */
export interface AliasChange {
  readonly functionVersion?: string | undefined;
  readonly description?: string | undefined;
  /** Absent: stays. Empty: all traffic to the main version. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** Refuse unless the alias has this revision. */
  readonly revisionId?: string | undefined;
}

export function createAlias(
  services: FunctionServices,
  functionName: string,
  alias: AliasChange & { readonly name: string; readonly functionVersion: string },
): Promise<AliasRecord> {
  return services.registry.exclusively(functionName, async () => {
    const entry = requireFunction(services, functionName);
    if (aliasOf(entry, alias.name) !== undefined) {
      throw conflict(`Alias already exists: ${functionArn(services.account, functionName, alias.name)}`);
    }
    return writeAlias(services, entry, {
      name: alias.name,
      functionVersion: alias.functionVersion,
      description: alias.description ?? "",
      weights: alias.weights ?? {},
      revisionId: services.newId(),
    });
  });
}

export function updateAlias(
  services: FunctionServices,
  functionName: string,
  change: AliasChange & { readonly name: string },
): Promise<AliasRecord> {
  return services.registry.exclusively(functionName, async () => {
    const entry = services.registry.get(functionName);
    const alias = entry === undefined ? undefined : aliasOf(entry, change.name);
    if (entry === undefined || alias === undefined) {
      throw notFound(`Alias not found: ${functionArn(services.account, functionName, change.name)}`);
    }
    if (change.revisionId !== undefined && change.revisionId !== alias.revisionId) throw staleRevision();
    return writeAlias(services, entry, {
      name: change.name,
      functionVersion: change.functionVersion ?? alias.functionVersion,
      description: change.description ?? alias.description,
      weights: change.weights ?? alias.weights,
      revisionId: services.newId(),
    });
  });
}

/** Deletes an alias; one that does not exist is as good as deleted. */
export function deleteAlias(services: FunctionServices, functionName: string, name: string): Promise<void> {
  return services.registry.exclusively(functionName, async () => {
    const entry = requireFunction(services, functionName);
    if (aliasOf(entry, name) === undefined) return;
    const { [name]: _deleted, ...aliases } = entry.record.aliases;
    await services.registry.update({ ...entry.record, aliases });
  });
}

async function writeAlias(
  services: FunctionServices,
  entry: FunctionEntry,
  alias: AliasRecord,
): Promise<AliasRecord> {
  requirePublished(services, entry, alias.functionVersion);
  checkWeights(services, entry, alias);
  const { record } = entry;
  await services.registry.update({ ...record, aliases: { ...record.aliases, [alias.name]: alias } });
  return alias;
}

/** What Lambda demands of a split: one version more, published, not the same, and a share below all of it. */
function checkWeights(services: FunctionServices, entry: FunctionEntry, alias: AliasRecord): void {
  const weights = Object.entries(alias.weights);
  if (weights.length > 1) {
    throw invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
  }
  for (const [version, weight] of weights) {
    const shown = `Value '{${version}=${weight}}' at 'routingConfig.additionalVersionWeights'`;
    if (!(weight >= 0 && weight <= 1)) {
      throw validation(
        `${shown} failed to satisfy constraint: Map value must satisfy constraint: ` +
          "[Member must have value less than or equal to 1.0, " +
          "Member must have value greater than or equal to 0.0, Member must not be null]",
      );
    }
    if (version === alias.functionVersion) {
      throw invalidParameter(
        `Invalid function version ${version}. ` +
          `Function version ${version} is already included in routing configuration.`,
      );
    }
    if (alias.functionVersion === latestQualifier) {
      throw invalidParameter("$LATEST is not supported for an alias pointing to more than 1 version");
    }
    if (!/^[0-9]+$/.test(version)) {
      throw validation(
        `${shown} failed to satisfy constraint: Map keys must satisfy constraint: ` +
          "[Member must have length less than or equal to 1024, " +
          "Member must have length greater than or equal to 1, " +
          "Member must satisfy regular expression pattern: [0-9]+, Member must not be null]",
      );
    }
    requirePublished(services, entry, version);
  }
}

function requirePublished(services: FunctionServices, entry: FunctionEntry, version: string): void {
  const known = version === latestQualifier || entry.versions.has(version);
  if (!known || versionOf(entry, version) === undefined) {
    throw functionNotFound(services, entry.record.functionName, version);
  }
}

function validation(failure: string): ApiError {
  return new ApiError("ValidationException", `1 validation error detected: ${failure}`);
}
