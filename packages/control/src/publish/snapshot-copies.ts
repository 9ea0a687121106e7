import { gzipSync } from "node:zlib";
import { type Snapshot, scopeSnapshot } from "@tulle/core/snapshot";

/** A snapshot as it is sent: serialised once, compressed once, for each caller and version. */
export interface SnapshotCopy {
  readonly etag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Compressed when it is first asked for. */
  gzipped(): Uint8Array<ArrayBuffer>;
}

/** Callers whose copies are kept; a mesh has fewer, and made-up names must not fill the memory. */
const MOST_COPIES = 2_048;

/** Makes the copies of one version; null is the whole snapshot. */
export function createSnapshotCopies(snapshot: Snapshot): (caller: string | null) => SnapshotCopy {
  const copies = new Map<string | null, SnapshotCopy>();
  return (caller) => {
    const known = copies.get(caller);
    if (known !== undefined) return known;
    const copy = copyOf(caller === null ? snapshot : scopeSnapshot(snapshot, caller));
    if (copies.size >= MOST_COPIES) copies.clear();
    copies.set(caller, copy);
    return copy;
  };
}

function copyOf(snapshot: Snapshot): SnapshotCopy {
  const bytes = new TextEncoder().encode(JSON.stringify(snapshot));
  let compressed: Uint8Array<ArrayBuffer> | undefined;
  return {
    etag: `"${snapshot.version}-${snapshot.hash}"`,
    bytes,
    gzipped: () => (compressed ??= new Uint8Array(gzipSync(bytes))),
  };
}
