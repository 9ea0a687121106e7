/**
 * Published versions in the store: reads them whole or not at all, writes them so that no crash can tear one.
 */
import { TulleError } from "@tulle/core/errors";
import type { MeshConfig } from "@tulle/core/model";
import type { Digest } from "@tulle/core/ports";
import {
  type ContentName,
  contentKeys,
  decodeHead,
  decodeManifest,
  encodeHead,
  encodeManifest,
  HEAD_KEY,
  type Head,
  MANIFESTS,
  type Manifest,
  manifestKey,
  partKeys,
  splitText,
} from "@tulle/core/records";
import type { Snapshot } from "@tulle/core/snapshot";
import type { Condition, Store } from "@tulle/core/store";

/** One version as it was published. */
export interface Publication {
  readonly head: Head;
  readonly config: MeshConfig;
  readonly snapshot: Snapshot;
}

/** What a new version is written with. */
export interface Draft {
  readonly attempt: string;
  readonly previous: Head | undefined;
  readonly snapshot: Snapshot;
  readonly config: MeshConfig;
  readonly atMs: number;
  readonly message: string;
}

export interface Archive {
  head(): Promise<Head | undefined>;
  /** Throws TULLE4113 when the version is not whole. */
  read(head: Head): Promise<Publication>;
  /** Writes everything but the head; nobody sees it yet. */
  write(draft: Draft): Promise<Manifest>;
  /** Publishes what was written, unless another publish came first. */
  moveHead(to: Manifest, from: Head | undefined): Promise<boolean>;
  /** Newest first. */
  history(): Promise<readonly Manifest[]>;
  discard(manifest: Manifest): Promise<void>;
  /** Removes versions beyond those kept, and attempts that came to nothing a good while ago. */
  prune(nowMs: number): Promise<void>;
}

export const KEPT_VERSIONS = 100;
const ABANDONED_AFTER_MS = 600_000;

export function createArchive(store: Store, digest: Digest): Archive {
  async function head(): Promise<Head | undefined> {
    const record = await store.get(HEAD_KEY);
    return record === undefined ? undefined : decodeHead(record.fields);
  }

  async function manifests(): Promise<readonly Manifest[]> {
    const records = await store.query(MANIFESTS, "", { descending: true });
    return records.map((record) => decodeManifest(record.fields));
  }

  async function readText(manifest: Manifest, name: ContentName): Promise<string> {
    const parts = await Promise.all(partKeys(manifest, name).map((key) => store.get(key)));
    return parts.map((part) => String(part?.fields["text"] ?? "")).join("");
  }

  async function discard(manifest: Manifest): Promise<void> {
    await Promise.all(contentKeys(manifest).map((key) => store.delete(key)));
    await store.delete(manifestKey(manifest.version, manifest.attempt));
  }

  return {
    head,
    async read({ version, attempt }) {
      const record = await store.get(manifestKey(version, attempt));
      const manifest = decodeManifest(record?.fields ?? {});
      const [config, snapshot] = await Promise.all([
        readText(manifest, "config"),
        readText(manifest, "snapshot"),
      ]);
      if (record === undefined || digest(checkedText(config, snapshot)) !== manifest.checksum) {
        throw new TulleError("TULLE4113", `Version ${version} cannot be read back whole.`, {
          context: { version },
        });
      }
      return {
        head: { version, attempt },
        config: JSON.parse(config) as MeshConfig,
        snapshot: JSON.parse(snapshot) as Snapshot,
      };
    },
    async write(draft) {
      const texts = { config: JSON.stringify(draft.config), snapshot: JSON.stringify(draft.snapshot) };
      const parts = { config: splitText(texts.config), snapshot: splitText(texts.snapshot) };
      const manifest: Manifest = {
        version: draft.snapshot.version,
        attempt: draft.attempt,
        previous: draft.previous?.attempt ?? "",
        hash: draft.snapshot.hash,
        atMs: draft.atMs,
        message: draft.message,
        configParts: parts.config.length,
        snapshotParts: parts.snapshot.length,
        checksum: digest(checkedText(texts.config, texts.snapshot)),
      };
      // The manifest goes first: should the rest never follow, it tells a later publish what to clear away.
      await store.put(encodeManifest(manifest));
      for (const name of ["config", "snapshot"] as const) {
        const keys = partKeys(manifest, name);
        await Promise.all(keys.map((key, i) => store.put({ ...key, fields: { text: parts[name][i]! } })));
      }
      return manifest;
    },
    async moveHead(to, from) {
      const condition: Condition =
        from === undefined
          ? { kind: "absent" }
          : { kind: "fieldEquals", field: "attempt", value: from.attempt };
      const { ok } = await store.put(encodeHead({ version: to.version, attempt: to.attempt }), condition);
      return ok;
    },
    history: async () => chainOf(await manifests(), await head()),
    discard,
    async prune(nowMs) {
      const newest = await head();
      const all = await manifests();
      const published = chainOf(all, newest);
      const kept = new Set(published.slice(0, KEPT_VERSIONS));
      for (const manifest of all) {
        // An attempt at a version that is still to come may yet win.
        if (kept.has(manifest) || newest === undefined || manifest.version > newest.version) continue;
        const abandoned = nowMs - manifest.atMs > ABANDONED_AFTER_MS;
        if (published.includes(manifest) || abandoned) await discard(manifest);
      }
    },
  };
}

/** The published versions, newest first: from the head along `previous` as far as they are kept. */
function chainOf(manifests: readonly Manifest[], head: Head | undefined): readonly Manifest[] {
  const byKey = new Map(manifests.map((one) => [`${one.version}#${one.attempt}`, one]));
  const chain: Manifest[] = [];
  let next = head && byKey.get(`${head.version}#${head.attempt}`);
  while (next !== undefined) {
    chain.push(next);
    next = byKey.get(`${next.version - 1}#${next.previous}`);
  }
  return chain;
}

function checkedText(config: string, snapshot: string): string {
  return `${config}\n${snapshot}`;
}
