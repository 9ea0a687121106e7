import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { TulleError } from "@tulle/core/errors";

/**
 * Control's data folder: `store.db`, the secret in `token.key`, and `control.json` for whoever wants to
 * talk to the running process.
 *
 * The two files that hold secrets are readable by their owner alone. Both appear whole or not at all: they
 * are written under another name first, and the secret is put in place by a link, which fails where one is
 * already there, so that two processes that start at once agree on one.
 */
export interface DataFolder {
  readonly storePath: string;
  readonly key: Uint8Array;
  /** Says where the running process is and how to talk to it. */
  announce(announcement: Announcement): void;
  /** Takes the announcement away, unless another process has replaced it. */
  withdraw(): void;
}

/** The content of `control.json`. */
export interface Announcement {
  readonly url: string;
  /** The operator's token. */
  readonly token: string;
  readonly pid: number;
}

const OWNER_ONLY = 0o600;
const KEY_BYTES = 32;

/** Opens the folder, and makes it and the secret where they are missing. Throws TULLE4117. */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  const announcementPath = join(path, "control.json");
  let announced = "";
  return guarded(path, () => {
    mkdirSync(path, { recursive: true });
    return {
      storePath: join(path, "store.db"),
      key: readOrCreateKey(path),
      announce(announcement) {
        announced = `${JSON.stringify(announcement)}\n`;
        guarded(path, () => replaceFile(announcementPath, announced));
      },
      withdraw() {
        if (readIfThere(announcementPath) === announced) rmSync(announcementPath, { force: true });
      },
    };
  });
}

function readOrCreateKey(folder: string): Uint8Array {
  const path = join(folder, "token.key");
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  if (readIfThere(path) === undefined) {
    writeFileSync(draft, `${randomBytes(KEY_BYTES).toString("hex")}\n`, { mode: OWNER_ONLY, flag: "wx" });
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  const text = readFileSync(path, "utf8").trim();
  if (!new RegExp(`^[0-9a-f]{${2 * KEY_BYTES}}$`).test(text)) {
    throw new TulleError("TULLE4117", `${path} does not hold a secret of ${KEY_BYTES} bytes in hex.`, {
      remedy:
        "Restore the file, or remove it to have a new secret; every token issued before becomes invalid.",
    });
  }
  return Buffer.from(text, "hex");
}

function replaceFile(path: string, content: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content, { mode: OWNER_ONLY });
  renameSync(draft, path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function guarded<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof TulleError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new TulleError("TULLE4117", `Control cannot use the folder ${folder}: ${reason}.`, { cause });
  }
}
