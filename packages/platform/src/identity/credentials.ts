import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TulleError } from "@tulle/core/errors";

/**
 * Who may call the platform: root credentials, kept in the data folder, and the key that sessions derive
 * from.
 */

/** Credentials that may do everything. Their principal is `root`. */
export interface RootCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface StoredCredentials {
  readonly root: RootCredentials;
  /** Hex; session credentials are made from it, so they outlive a restart. */
  readonly sessionKey: string;
}

/** Name of the file in the data folder. Only its owner may read it. */
export const credentialsFile = "credentials.json";

/** Reads the credentials of a data folder, or makes them on the first start. Throws TULLE3003. */
export async function loadCredentials(dataFolder: string): Promise<StoredCredentials> {
  const path = join(dataFolder, credentialsFile);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return makeCredentials(path);
    throw unreadable(path, (cause as Error).message, cause);
  }
  const credentials = parse(text);
  if (credentials === undefined) throw unreadable(path, "it is not what the platform wrote", undefined);
  return credentials;
}

async function makeCredentials(path: string): Promise<StoredCredentials> {
  const credentials: StoredCredentials = {
    root: {
      accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64"),
    },
    sessionKey: randomBytes(32).toString("hex"),
  };
  const incoming = `${path}.${process.pid}.new`;
  await writeFile(incoming, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await rename(incoming, path);
  return credentials;
}

function parse(text: string): StoredCredentials | undefined {
  try {
    const value = JSON.parse(text) as Partial<StoredCredentials>;
    const parts = [value.root?.accessKeyId, value.root?.secretAccessKey, value.sessionKey];
    const complete = parts.every((part) => typeof part === "string" && part.length > 0);
    return complete ? (value as StoredCredentials) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(path: string, reason: string, cause: unknown): TulleError {
  return new TulleError("TULLE3003", `The credentials in ${path} cannot be used: ${reason}.`, {
    cause,
    context: { path },
  });
}
