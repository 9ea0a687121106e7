import type { DatabaseSync } from "node:sqlite";
import type { QueryOptions, RecordKey, StoredRecord } from "@tulle/core/store";
import { endOfPrefix } from "../record/byte-order.ts";
import { decodeFields, encodeFields } from "./field-codec.ts";

/** The statements of the adapter, prepared once, with records on their outer side. */
export interface Statements {
  read(key: RecordKey, nowMs: number): StoredRecord | undefined;
  write(record: StoredRecord): void;
  delete(key: RecordKey): boolean;
  query(query: PrefixQuery): readonly StoredRecord[];
  /** Removes what expired before `nowMs`. */
  sweep(nowMs: number): void;
}

export interface PrefixQuery extends QueryOptions {
  readonly partition: string;
  readonly prefix: string;
  readonly nowMs: number;
}

interface Row {
  readonly partition: string;
  readonly sort: string;
  readonly fields: string;
  readonly expires_at_ms: number | null;
}

const COLUMNS = "partition, sort, fields, expires_at_ms";
const LIVE = "(expires_at_ms IS NULL OR expires_at_ms >= :now)";
const NO_LIMIT = -1;

export function prepareStatements(database: DatabaseSync): Statements {
  const read = database.prepare(
    `SELECT ${COLUMNS} FROM records WHERE partition = :partition AND sort = :sort AND ${LIVE}`,
  );
  const write = database.prepare(`INSERT OR REPLACE INTO records (${COLUMNS}) VALUES (?, ?, ?, ?)`);
  const remove = database.prepare("DELETE FROM records WHERE partition = ? AND sort = ?");
  const sweep = database.prepare("DELETE FROM records WHERE expires_at_ms < ?");
  const query = (range: string, direction: string) =>
    database.prepare(
      `SELECT ${COLUMNS} FROM records WHERE partition = :partition AND sort >= :prefix ${range} AND ${LIVE}
       ORDER BY sort ${direction} LIMIT :limit`,
    );
  const bounded = { up: query("AND sort < :end", "ASC"), down: query("AND sort < :end", "DESC") };
  const unbounded = { up: query("", "ASC"), down: query("", "DESC") };

  return {
    read({ partition, sort }, nowMs) {
      const row = read.get({ partition, sort, now: nowMs });
      return row === undefined ? undefined : recordOf(row as unknown as Row);
    },
    write({ partition, sort, fields, expiresAtMs }) {
      write.run(partition, sort, encodeFields(fields), expiresAtMs ?? null);
    },
    delete: ({ partition, sort }) => remove.run(partition, sort).changes > 0,
    query({ partition, prefix, nowMs, limit = NO_LIMIT, descending = false }) {
      const direction = descending ? "down" : "up";
      const end = endOfPrefix(prefix);
      const common = { partition, prefix, now: nowMs, limit };
      const rows =
        end === undefined ? unbounded[direction].all(common) : bounded[direction].all({ ...common, end });
      return rows.map((row) => recordOf(row as unknown as Row));
    },
    sweep(nowMs) {
      sweep.run(nowMs);
    },
  };
}

function recordOf(row: Row): StoredRecord {
  const record = { partition: row.partition, sort: row.sort, fields: decodeFields(row.fields) };
  return row.expires_at_ms === null ? record : { ...record, expiresAtMs: row.expires_at_ms };
}
