import { conflict, invalidParameter, staleRevision } from "../api/errors.ts";
import { functionArn } from "./account.ts";
import { latestQualifier, requireFunction } from "./lookup.ts";
import type { CodeReference, FunctionSettings, VersionRecord } from "./record.ts";
import type { FunctionEntry } from "./registry.ts";
import type { FunctionServices } from "./services.ts";
import { mergeSettings, type SettingsChange } from "./settings.ts";
import { targetId } from "./targets.ts";
import { published } from "./versions.ts";

/** Creating, changing and deleting functions. Code has been unpacked before any of these is called. */
export interface CreateRequest {
  readonly functionName: string;
  readonly settings: FunctionSettings;
  readonly code: CodeReference;
  readonly tags: Readonly<Record<string, string>>;
  readonly publish: boolean;
}

/** What an update did: the state of $LATEST, and the version where one was published. */
export interface UpdateOutcome {
  readonly latest: VersionRecord;
  readonly published: VersionRecord | null;
}

export function createFunction(services: FunctionServices, request: CreateRequest): Promise<UpdateOutcome> {
  const { registry } = services;
  return registry.exclusively(request.functionName, async () => {
    if (registry.get(request.functionName) !== undefined) {
      throw conflict(`Function already exist: ${request.functionName}`);
    }
    const latest: VersionRecord = {
      version: latestQualifier,
      revisionId: services.newId(),
      lastModifiedMs: services.nowMs(),
      settings: request.settings,
      code: request.code,
    };
    const draft = {
      functionName: request.functionName,
      latest,
      nextVersion: registry.firstVersion(request.functionName),
      lastPublished: null,
      aliases: {},
      tags: request.tags,
      reservedConcurrency: null,
    };
    if (!request.publish) {
      await registry.create(draft);
      return { latest, published: null };
    }
    const { record, version } = published(services, draft, undefined);
    await registry.create(record, version);
    return { latest, published: version };
  });
}

/** What UpdateFunctionCode and UpdateFunctionConfiguration may change of $LATEST. */
export interface LatestChange {
  readonly code?: CodeReference;
  readonly settings?: SettingsChange;
  readonly revisionId?: string | undefined;
  readonly publish?: boolean;
}

export function updateLatest(
  services: FunctionServices,
  functionName: string,
  change: LatestChange,
): Promise<UpdateOutcome> {
  return services.registry.exclusively(functionName, async () => {
    const { record } = requireFunction(services, functionName);
    const before = record.latest;
    if (change.revisionId !== undefined && change.revisionId !== before.revisionId) throw staleRevision();
    const latest: VersionRecord = {
      version: latestQualifier,
      revisionId: services.newId(),
      lastModifiedMs: services.nowMs(),
      settings: mergeSettings(before.settings, change.settings ?? {}),
      code: change.code ?? before.code,
    };
    const next = { ...record, latest };
    let version: VersionRecord | null = null;
    if (change.publish === true) {
      const publication = published(services, next, undefined);
      version = publication.version;
      await services.registry.update(publication.record, version);
    } else {
      await services.registry.update(next);
    }
    services.retire(targetId(functionName, before));
    return { latest, published: version };
  });
}

/** Deletes the function, or one version of it. */
export function deleteFunction(
  services: FunctionServices,
  functionName: string,
  qualifier: string | null,
): Promise<void> {
  return services.registry.exclusively(functionName, async () => {
    const entry = requireFunction(services, functionName);
    if (qualifier !== null) return deleteVersion(services, entry, qualifier);
    const targets = [entry.record.latest, ...entry.versions.values()].map((version) =>
      targetId(functionName, version),
    );
    await services.registry.delete(functionName);
    for (const target of targets) services.retire(target);
  });
}

async function deleteVersion(
  services: FunctionServices,
  entry: FunctionEntry,
  qualifier: string,
): Promise<void> {
  const { functionName, aliases } = entry.record;
  if (qualifier === latestQualifier) {
    throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
  }
  if (!/^[0-9]+$/.test(qualifier)) {
    throw invalidParameter("Deletion of aliases is not currently supported.");
  }
  const users = Object.values(aliases).filter(
    (alias) => alias.functionVersion === qualifier || Object.hasOwn(alias.weights, qualifier),
  );
  if (users.length > 0) {
    throw conflict(
      "Unable to delete version because the following aliases reference it: " +
        `[${users.map((alias) => alias.name).join(", ")}]`,
    );
  }
  const version = entry.versions.get(qualifier);
  if (version === undefined) return;
  await services.registry.deleteVersion(functionName, qualifier);
  services.retire(targetId(functionName, version));
}

/** The answer to a second change of a function's code while the first is being unpacked. */
export function updateInProgress(services: FunctionServices, functionName: string): Error {
  return conflict(
    "The operation cannot be performed at this time. " +
      `An update is in progress for resource: ${functionArn(services.account, functionName, null)}`,
  );
}
