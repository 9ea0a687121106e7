/** The folder in which a run keeps its state; one run at a time. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TulleError } from "@tulle/core/errors";
import { readDevFile } from "../connection/dev-file.ts";

export interface DataFolder {
  readonly path: string;
  /** For control's database. */
  readonly control: string;
  /** For the platform's database, code and logs. */
  readonly platform: string;
  /** For the scoped snapshots that are baked into functions. */
  readonly snapshots: string;
  /** For the bundles of sources, kept for the next start. */
  readonly bundles: string;
  /** For Node's compile cache of the children. */
  readonly compileCache: string;
}

/**
 * Makes the folder and its parts. Throws TULLE6009 while another run uses it, TULLE6010 where it cannot be
 * written.
 */
export function claimDataFolder(path: string): DataFolder {
  const running = readDevFile(path);
  if (running !== null && running.pid !== process.pid)
    throw new TulleError("TULLE6009", `Process ${running.pid} keeps its state in ${path}.`, {
      context: { pid: running.pid, folder: path },
    });
  const folder: DataFolder = {
    path,
    control: join(path, "control"),
    platform: join(path, "platform"),
    snapshots: join(path, "snapshots"),
    bundles: join(path, "bundles"),
    compileCache: join(path, "compile-cache"),
  };
  try {
    for (const part of Object.values(folder)) mkdirSync(part, { recursive: true });
    const probe = join(path, `probe.${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
    writeFileSync(join(path, ".gitignore"), "*\n");
  } catch (cause) {
    throw new TulleError("TULLE6010", `${path} cannot be written to: ${(cause as Error).message}.`, {
      cause,
    });
  }
  return folder;
}
