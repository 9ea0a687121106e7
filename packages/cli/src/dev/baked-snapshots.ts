/**
 * The scoped snapshots that functions read when control cannot be reached at INIT: one file a caller,
 * replaced as a whole.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Snapshot, scopeSnapshot } from "@tulle/core/snapshot";

/** File of one caller; a gateway's slash is no folder. */
export function bakedFile(folder: string, caller: string): string {
  return join(folder, `${caller.replaceAll("/", "-")}.json`);
}

/** Writes the snapshot of every caller. A reader sees the old file or the new one, never a part. */
export async function bakeSnapshots(
  folder: string,
  snapshot: Snapshot,
  callers: readonly string[],
): Promise<void> {
  await Promise.all(
    callers.map(async (caller) => {
      const file = bakedFile(folder, caller);
      await mkdir(dirname(file), { recursive: true });
      const draft = `${file}.${process.pid}.${snapshot.version}`;
      await writeFile(draft, JSON.stringify(scopeSnapshot(snapshot, caller)));
      await rename(draft, file);
    }),
  );
}
