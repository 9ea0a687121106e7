import type { Fields, NewRecord, RecordKey } from "../store/index.ts";

/**
 * How published versions lie in the store.
 *
 * `control / head` says which version is published; moving it is the one write that decides a publish.
 *
 * `manifest / VERSION#ATTEMPT` describes one attempt to publish: how many parts it has, their digest, when
 * and why, and the attempt that it follows. Following `previous` from the head gives the history, so there
 * is no second list to keep in step.
 *
 * `content / VERSION#ATTEMPT#NAME#PART` holds the texts, in parts that fit a record of any adapter.
 *
 * The attempt is a random name: two publishers that race for one version never write the same record, so
 * the loser cannot tear what the winner points to. Versions are padded so that their order as text is their
 * order as numbers.
 */
export interface Head {
  readonly version: number;
  readonly attempt: string;
}

export interface Manifest {
  readonly version: number;
  readonly attempt: string;
  /** Attempt that published the version before; empty for the first. */
  readonly previous: string;
  readonly hash: string;
  readonly atMs: number;
  readonly message: string;
  readonly configParts: number;
  readonly snapshotParts: number;
  /** Digest of both texts, by which a damaged or incomplete copy is known. */
  readonly checksum: string;
}

export type ContentName = "config" | "snapshot";

const FORMAT = 1;
const VERSION_DIGITS = 10;
/** UTF-16 units in a part: at most three bytes each, so a part stays below 400 KiB. */
const PART_UNITS = 120_000;

export const HEAD_KEY: RecordKey = { partition: "control", sort: "head" };
export const MANIFESTS = "manifest";

export function encodeHead(head: Head): NewRecord {
  return { ...HEAD_KEY, fields: { format: FORMAT, ...head } };
}

export function decodeHead(fields: Fields): Head {
  return { version: Number(fields["version"]), attempt: String(fields["attempt"]) };
}

export function manifestKey(version: number, attempt: string): RecordKey {
  return { partition: MANIFESTS, sort: `${padded(version)}#${attempt}` };
}

export function encodeManifest(manifest: Manifest): NewRecord {
  return { ...manifestKey(manifest.version, manifest.attempt), fields: { format: FORMAT, ...manifest } };
}

export function decodeManifest(fields: Fields): Manifest {
  const text = (name: keyof Manifest) => String(fields[name] ?? "");
  const count = (name: keyof Manifest) => Number(fields[name] ?? 0);
  return {
    version: count("version"),
    attempt: text("attempt"),
    previous: text("previous"),
    hash: text("hash"),
    atMs: count("atMs"),
    message: text("message"),
    configParts: count("configParts"),
    snapshotParts: count("snapshotParts"),
    checksum: text("checksum"),
  };
}

/** Keys of everything that belongs to an attempt, but the manifest. */
export function contentKeys(manifest: Manifest): readonly RecordKey[] {
  return (["config", "snapshot"] as const).flatMap((name) => partKeys(manifest, name));
}

export function partKeys(manifest: Manifest, name: ContentName): readonly RecordKey[] {
  const count = name === "config" ? manifest.configParts : manifest.snapshotParts;
  const { sort } = manifestKey(manifest.version, manifest.attempt);
  return Array.from({ length: count }, (_, part) => ({
    partition: "content",
    sort: `${sort}#${name}#${part}`,
  }));
}

/** Cuts a text into parts, never between the halves of a surrogate pair. */
export function splitText(text: string): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + PART_UNITS, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function padded(version: number): string {
  return String(version).padStart(VERSION_DIGITS, "0");
}
