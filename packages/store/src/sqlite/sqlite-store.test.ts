import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "@tulle/testkit/store-contract";
import { afterAll, describe, it } from "vitest";
import { createSqliteStore } from "./sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "tulle-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const open = ({ nowMs }: { nowMs: () => number }) =>
  createSqliteStore({ path: join(folder, `${files++}.db`), nowMs });

storeContract("sqlite", open, { describe, it });
