import { TulleError } from "@tulle/core/errors";
import type { NewRecord, StoredRecord } from "@tulle/core/store";
import type { FunctionRecord, VersionRecord } from "./record.ts";

/**
 * How function records lie in the store: one partition, one record per function and one per published
 * version.
 *
 * A version is written before the function record that counts it, so a crash between the two leaves a version
 * whose number the function has not reached; loading drops it. A deleted function leaves a tombstone that
 * keeps the counter, because Lambda never gives a version number twice.
 */
export const functionsPartition: string = "platform:functions";

const format = 1;

/** What a record of the partition turned out to be. */
export type LoadedRecord =
  | { readonly kind: "function"; readonly record: FunctionRecord }
  | { readonly kind: "version"; readonly functionName: string; readonly record: VersionRecord }
  | {
      readonly kind: "deleted";
      readonly functionName: string;
      readonly nextVersion: number;
      readonly writeCount: number;
    };

export function functionSort(functionName: string): string {
  return `function#${functionName}`;
}

export function versionSort(functionName: string, version: string): string {
  return `version#${functionName}#${version.padStart(10, "0")}`;
}

export function encodeFunction(record: FunctionRecord): NewRecord {
  return {
    partition: functionsPartition,
    sort: functionSort(record.functionName),
    fields: { format, kind: "function", writeCount: record.writeCount, document: JSON.stringify(record) },
  };
}

export function encodeTombstone(functionName: string, nextVersion: number, writeCount: number): NewRecord {
  return {
    partition: functionsPartition,
    sort: functionSort(functionName),
    fields: { format, kind: "deleted", functionName, nextVersion, writeCount },
  };
}

export function encodeVersion(functionName: string, record: VersionRecord): NewRecord {
  return {
    partition: functionsPartition,
    sort: versionSort(functionName, record.version),
    fields: { format, kind: "version", functionName, document: JSON.stringify(record) },
  };
}

/** Throws TULLE3004 for a record that this platform did not write or a later one did. */
export function decodeRecord(stored: StoredRecord): LoadedRecord {
  const { fields } = stored;
  try {
    if (Number(fields["format"]) !== format) throw new TypeError(`format ${String(fields["format"])}`);
    switch (fields["kind"]) {
      case "function":
        return { kind: "function", record: JSON.parse(String(fields["document"])) };
      case "version":
        return {
          kind: "version",
          functionName: String(fields["functionName"]),
          record: JSON.parse(String(fields["document"])),
        };
      case "deleted":
        return {
          kind: "deleted",
          functionName: String(fields["functionName"]),
          nextVersion: Number(fields["nextVersion"]),
          writeCount: Number(fields["writeCount"]),
        };
      default:
        throw new TypeError(`kind ${String(fields["kind"])}`);
    }
  } catch (cause) {
    throw new TulleError(
      "TULLE3004",
      `The store's record ${stored.partition}/${stored.sort} cannot be read: ${(cause as Error).message}`,
      { cause, context: { partition: stored.partition, sort: stored.sort } },
    );
  }
}
