/** Adapters of the store port: memory for tests and throw-away runs, SQLite as the embedded default. */
export { createMemoryStore, type MemoryStoreOptions } from "./memory/memory-store.ts";
export { createSqliteStore, type SqliteStoreOptions } from "./sqlite/sqlite-store.ts";
