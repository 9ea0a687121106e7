/**
 * The file in which a local run says where it is: other commands need no `--endpoint` and no token beside it.
 *
 * It holds secrets, so only its owner may read it. It is believed only while the process that wrote it lives.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export interface DevFile {
  readonly format: 1;
  readonly pid: number;
  readonly configFile: string;
  readonly control: { readonly url: string; readonly token: string };
  readonly platform: {
    readonly url: string;
    readonly region: string;
    readonly accountId: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  /** Gateway name to URL. */
  readonly gateways: Readonly<Record<string, string>>;
}

/** Folder for state beside a configuration. */
export const DATA_FOLDER = ".tulle";

const FILE = "dev.json";

export function writeDevFile(folder: string, content: DevFile): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, FILE);
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, path);
}

export function removeDevFile(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** The run that keeps its state in a folder; null where there is none or it is gone. */
export function readDevFile(folder: string): DevFile | null {
  try {
    const content = JSON.parse(readFileSync(join(folder, FILE), "utf8")) as DevFile;
    return content.format === 1 && isAlive(content.pid) ? content : null;
  } catch {
    return null;
  }
}

/** The run of the configuration in this folder or above it; `$TULLE_DATA` names another place. */
export function findDevFile(start: string, dataFolder: string | undefined): DevFile | null {
  if (dataFolder !== undefined && dataFolder !== "") return readDevFile(resolve(start, dataFolder));
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const found = readDevFile(join(folder, DATA_FOLDER));
    if (found !== null) return found;
    if (dirname(folder) === folder) return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
