/**
 * The one table, and the steps that lead from an older file to it.
 *
 * `user_version` counts the steps that a file has taken; `application_id` tells our files from those of
 * other programs. Text compares as its UTF-8 bytes in SQLite's default collation, which is the order that
 * the port promises.
 */
export const APPLICATION_ID = 0x54756c6c;

/** Step i leads from version i to i + 1. A step that has been released is never changed. */
export const migrations: readonly string[] = [
  `CREATE TABLE records (
     partition TEXT NOT NULL,
     sort TEXT NOT NULL,
     fields TEXT NOT NULL,
     expires_at_ms INTEGER,
     PRIMARY KEY (partition, sort)
   ) STRICT;
   CREATE INDEX records_by_expiry ON records (expires_at_ms) WHERE expires_at_ms IS NOT NULL;`,
];

export const SCHEMA_VERSION: number = migrations.length;
