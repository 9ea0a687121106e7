import { type ErrorCode, isTulleError, TulleError } from "@tulle/core/errors";

/** SQLite's primary result codes. Source: sqlite.org/rescode.html, November 2025. */
const codeOf: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  3: ["TULLE4003", "may not be accessed"],
  5: ["TULLE4004", "is locked by another process"],
  6: ["TULLE4004", "is locked by another connection"],
  8: ["TULLE4003", "may not be written"],
  10: ["TULLE4006", "could not be read or written"],
  11: ["TULLE4001", "is damaged"],
  13: ["TULLE4006", "could not grow: the disk is full"],
  14: ["TULLE4003", "could not be opened for writing"],
  23: ["TULLE4003", "may not be accessed"],
  26: ["TULLE4001", "is not a database"],
};

const PRIMARY_CODE = 0xff;

/**
 * Names the fault behind an exception of the database; what is none of the database's comes back as it is.
 */
export function storeFault(error: unknown, path: string): unknown {
  if (isTulleError(error)) return error;
  const { errcode, message } = (error ?? {}) as { errcode?: unknown; message?: string };
  if (typeof errcode !== "number") return error;
  const [code, what] = codeOf[errcode & PRIMARY_CODE] ?? ["TULLE4006", "could not be used"];
  return new TulleError(code, `The database ${path} ${what} (SQLite ${errcode}: ${message}).`, {
    cause: error,
    context: { path, sqliteCode: errcode },
  });
}
