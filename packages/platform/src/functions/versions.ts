import { createHash } from "node:crypto";
import { invalidParameter, staleRevision } from "../api/errors.ts";
import { requireFunction, versionOf } from "./lookup.ts";
import type { FunctionRecord, VersionRecord } from "./record.ts";
import type { FunctionEntry } from "./registry.ts";
import type { FunctionServices } from "./services.ts";

/** Publishing: an immutable, numbered copy of $LATEST. */
export interface PublishRequest {
  readonly description?: string | undefined;
  /** Refuse unless $LATEST has this revision. */
  readonly revisionId?: string | undefined;
  /** Refuse unless $LATEST has this code. */
  readonly codeSha256?: string | undefined;
}

/** Publishes $LATEST, or answers the last version where nothing has changed since. */
export function publishVersion(
  services: FunctionServices,
  functionName: string,
  request: PublishRequest,
): Promise<VersionRecord> {
  return services.registry.exclusively(functionName, async () => {
    const entry = requireFunction(services, functionName);
    const { latest } = entry.record;
    if (request.revisionId !== undefined && request.revisionId !== latest.revisionId) throw staleRevision();
    if (request.codeSha256 !== undefined && request.codeSha256 !== latest.code.sha256) {
      throw invalidParameter(
        `CodeSHA256 (${request.codeSha256}) is different from current CodeSHA256 in $LATEST ` +
          `(${latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    const unchanged = unchangedVersion(entry);
    if (unchanged !== undefined) return unchanged;
    const { record, version } = published(services, entry.record, request.description);
    await services.registry.update(record, version);
    return version;
  });
}

/** The record with $LATEST published as its next version. */
export function published(
  services: Pick<FunctionServices, "newId" | "nowMs">,
  record: Omit<FunctionRecord, "writeCount">,
  description: string | undefined,
): { readonly record: Omit<FunctionRecord, "writeCount">; readonly version: VersionRecord } {
  const { latest } = record;
  const number = String(record.nextVersion);
  const version: VersionRecord = {
    ...latest,
    version: number,
    revisionId: services.newId(),
    lastModifiedMs: services.nowMs(),
    settings: { ...latest.settings, Description: description ?? latest.settings.Description },
  };
  return {
    version,
    record: {
      ...record,
      nextVersion: record.nextVersion + 1,
      lastPublished: { version: number, fingerprint: fingerprint(latest) },
    },
  };
}

/** The last published version where it still exists and $LATEST is what it was then. */
function unchangedVersion(entry: FunctionEntry): VersionRecord | undefined {
  const { latest, lastPublished } = entry.record;
  if (lastPublished === null || lastPublished.fingerprint !== fingerprint(latest)) return undefined;
  return versionOf(entry, lastPublished.version);
}

/**
 * Digest of what makes two states of $LATEST the same to a publisher: code and settings, not ids and times.
 */
function fingerprint(latest: VersionRecord): string {
  return createHash("sha256")
    .update(JSON.stringify([latest.code.sha256, latest.settings]))
    .digest("hex");
}
