/** Puts, updates, deletes and their conditions. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Condition, FieldValue, Store } from "@tulle/core/store";
import type { StoreCase } from "./store-contract.ts";

const key = { partition: "p", sort: "s" };

export const writeCases: readonly StoreCase[] = [
  {
    title: "reads back what was put, and nothing where nothing was",
    async run(store) {
      equal(await store.get(key), undefined);
      const record = { ...key, fields: { text: "a", count: 3, ratio: 0.25, on: true, off: false, none: "" } };
      deepEqual(await store.put(record), { ok: true, record });
      deepEqual(await store.get(key), record);
      deepEqual(await store.put({ ...key, fields: { other: 1 } }), {
        ok: true,
        record: { ...key, fields: { other: 1 } },
      });
      deepEqual((await store.get(key))?.fields, { other: 1 });
    },
  },
  {
    title: "keeps a record apart from the object that was put and the one that was read",
    async run(store) {
      const fields: Record<string, FieldValue> = { a: 1 };
      await store.put({ ...key, fields });
      fields["a"] = 2;
      const read = await store.get(key);
      try {
        (read?.fields as Record<string, FieldValue>)["a"] = 3;
      } catch {
        // A frozen record is as good as a copied one.
      }
      deepEqual((await store.get(key))?.fields, { a: 1 });
    },
  },
  {
    title: "adds, sets and removes on one record in one step and returns the new record",
    async run(store) {
      await store.put({ ...key, fields: { hits: 2, old: "x", kept: true }, expiresAtMs: 9e12 });
      const change = {
        ...key,
        add: { hits: 3, misses: -1 },
        set: { state: "open" },
        remove: ["old", "never"],
      };
      const record = {
        ...key,
        fields: { hits: 5, misses: -1, kept: true, state: "open" },
        expiresAtMs: 9e12,
      };
      deepEqual(await store.update(change), { ok: true, record });
      deepEqual(await store.get(key), record);
    },
  },
  {
    title: "creates the record that an update does not find",
    async run(store) {
      deepEqual(await store.update({ ...key, add: { hits: 1 } }), {
        ok: true,
        record: { ...key, fields: { hits: 1 } },
      });
      const empty = { ...key, sort: "empty" };
      await store.update(empty);
      deepEqual(await store.get(empty), { ...empty, fields: {} });
    },
  },
  {
    title: "writes exactly when the condition holds, and tells what stood in the way",
    async run(store) {
      for (const [condition, onMissing, onRecord] of conditionTable)
        await checkCondition(store, condition, onMissing, onRecord);
    },
  },
  {
    title: "lets exactly one of many conditional puts win",
    async run(store) {
      const attempts = Array.from({ length: 50 }, (_, i) =>
        store.put({ ...key, fields: { winner: i } }, { kind: "absent" }),
      );
      const results = await Promise.all(attempts);
      const winners = results.filter((result) => result.ok);
      equal(winners.length, 1);
      const standing = await store.get(key);
      for (const result of results) deepEqual(result.ok ? result.record : result.current, standing);
    },
  },
  {
    title: "lets exactly one of many writers of the next version win",
    async run(store) {
      await store.put({ ...key, fields: { version: 7 } });
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          store.update(
            { ...key, set: { version: 8, by: i } },
            { kind: "fieldEquals", field: "version", value: 7 },
          ),
        ),
      );
      equal(results.filter((result) => result.ok).length, 1);
      equal((await store.get(key))?.fields["version"], 8);
    },
  },
  {
    title: "deletes once, says so once, and only when the condition holds",
    async run(store) {
      await store.put({ ...key, fields: { owner: "a" } });
      equal(await store.delete(key, { kind: "fieldEquals", field: "owner", value: "b" }), false);
      equal(await store.delete(key, { kind: "absent" }), false);
      ok(await store.get(key));
      equal(await store.delete(key, { kind: "fieldEquals", field: "owner", value: "a" }), true);
      equal(await store.get(key), undefined);
      equal(await store.delete(key), false);
      equal(await store.delete(key, { kind: "absent" }), false);
    },
  },
];

/** Condition, whether it holds on a missing record, whether it holds on `{ n: 1, t: "1", b: true }`. */
const conditionTable: readonly (readonly [Condition, boolean, boolean])[] = [
  [{ kind: "absent" }, true, false],
  [{ kind: "exists" }, false, true],
  [{ kind: "fieldEquals", field: "n", value: 1 }, false, true],
  [{ kind: "fieldEquals", field: "n", value: 1n }, false, true],
  [{ kind: "fieldEquals", field: "n", value: 2 }, false, false],
  [{ kind: "fieldEquals", field: "n", value: "1" }, false, false],
  [{ kind: "fieldEquals", field: "t", value: "1" }, false, true],
  [{ kind: "fieldEquals", field: "t", value: 1 }, false, false],
  [{ kind: "fieldEquals", field: "b", value: true }, false, true],
  [{ kind: "fieldEquals", field: "missing", value: 1 }, false, false],
  [{ kind: "fieldEquals", field: "constructor", value: 1 }, false, false],
  [{ kind: "fieldAbsentOrEquals", field: "n", value: 1 }, true, true],
  [{ kind: "fieldAbsentOrEquals", field: "n", value: 2 }, true, false],
  [{ kind: "fieldAbsentOrEquals", field: "missing", value: 1 }, true, true],
];

async function checkCondition(
  store: Store,
  condition: Condition,
  onMissing: boolean,
  onRecord: boolean,
): Promise<void> {
  const label = JSON.stringify(condition, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  const before = { ...key, fields: { n: 1, t: "1", b: true } };
  const after = { ...key, fields: { after: 1 } };
  for (const [current, holds] of [
    [undefined, onMissing],
    [before, onRecord],
  ] as const) {
    const refused = { ok: false, current };
    await reset(store, current);
    deepEqual(await store.put(after, condition), holds ? { ok: true, record: after } : refused, label);
    deepEqual(await store.get(key), holds ? after : current, label);
    await reset(store, current);
    const record = { ...key, fields: { ...current?.fields, after: 1 } };
    deepEqual(
      await store.update({ ...key, set: { after: 1 } }, condition),
      holds ? { ok: true, record } : refused,
      label,
    );
    await reset(store, current);
    equal(await store.delete(key, condition), holds && current !== undefined, label);
  }
}

async function reset(store: Store, to: Parameters<Store["put"]>[0] | undefined): Promise<void> {
  await store.delete(key);
  if (to !== undefined) await store.put(to);
}
