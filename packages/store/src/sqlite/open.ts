import { accessSync, constants, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type ErrorCode, TulleError } from "@tulle/core/errors";
import { storeFault } from "./faults.ts";
import { APPLICATION_ID, migrations, SCHEMA_VERSION } from "./schema.ts";

/**
 * Opens a database file, or says with one code why it must not be opened.
 *
 * A file that is already there is first looked at through a read-only connection, which writes nothing, not
 * even when it closes: so a damaged, newer or foreign file is still, byte for byte, what it was when the
 * refusal is shown. Only then is it opened for writing. The journal is a write-ahead log with `synchronous
 * = FULL`: NORMAL would be faster, but loses acknowledged writes when the power fails, and group commit
 * already shares one sync among all writes of a turn.
 */
export function openDatabase(path: string, busyTimeoutMs: number): DatabaseSync {
  try {
    checkFile(path, busyTimeoutMs);
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      migrate(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw storeFault(error, path);
  }
}

function checkFile(path: string, busyTimeoutMs: number): void {
  const file = statOf(path);
  if (file === undefined) {
    checkFolder(path);
    return;
  }
  if (!file.isFile()) throw unusable("TULLE4005", path, "is not a file");
  if (!mayWrite(path)) throw unusable("TULLE4003", path, "may not be written");
  if (!mayWrite(dirname(path))) throw unusable("TULLE4003", path, "lies in a folder that may not be written");
  if (file.size > 0) inspect(path, busyTimeoutMs);
}

function checkFolder(path: string): void {
  const folder = statOf(dirname(path));
  if (folder === undefined) throw unusable("TULLE4005", path, "lies in a folder that does not exist");
  if (!folder.isDirectory()) throw unusable("TULLE4005", path, "leads through something that is no folder");
}

/** Reads the whole file once and writes nothing. */
function inspect(path: string, busyTimeoutMs: number): void {
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
  try {
    const version = pragma(database, "user_version");
    const owner = pragma(database, "application_id");
    const tables = Number(database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
    if (owner !== APPLICATION_ID && (owner !== 0 || version !== 0 || tables > 0)) {
      throw unusable("TULLE4008", path, "belongs to another program");
    }
    if (version > SCHEMA_VERSION) {
      throw unusable("TULLE4002", path, `has schema ${version}; this version knows up to ${SCHEMA_VERSION}`);
    }
    const verdict = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
    if (verdict !== "ok") throw unusable("TULLE4001", path, `is damaged: ${verdict}`);
  } finally {
    database.close();
  }
}

/** Takes the steps that are missing in one transaction, so that two processes may open a new file at once. */
function migrate(database: DatabaseSync): void {
  if (pragma(database, "user_version") === SCHEMA_VERSION) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const done = pragma(database, "user_version");
    for (const step of migrations.slice(done)) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    if (reason === "ENOTDIR") throw unusable("TULLE4005", path, "leads through something that is no folder");
    throw unusable("TULLE4003", path, `cannot be looked at (${reason})`);
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function unusable(code: ErrorCode, path: string, what: string): TulleError {
  return new TulleError(code, `The database ${path} ${what}.`, { context: { path } });
}
