/** Counters: exact to 38 digits, and added to by many at once. */
import { deepEqual, equal } from "node:assert/strict";
import { refused } from "./refused.ts";
import type { StoreCase } from "./store-contract.ts";

const key = { partition: "p", sort: "counter" };
const LARGEST = 10n ** 38n - 1n;

export const counterCases: readonly StoreCase[] = [
  {
    title: "keeps integers of 38 digits exactly, of either sign",
    async run(store) {
      await store.put({ ...key, fields: { high: LARGEST, low: -LARGEST, odd: 12345678901234567890123n } });
      deepEqual((await store.get(key))?.fields, {
        high: LARGEST,
        low: -LARGEST,
        odd: 12345678901234567890123n,
      });
      await store.update({ ...key, add: { high: -1n, low: 1, odd: 10n ** 37n } });
      deepEqual((await store.get(key))?.fields, {
        high: LARGEST - 1n,
        low: -LARGEST + 1n,
        odd: 12345678901234567890123n + 10n ** 37n,
      });
    },
  },
  {
    title: "reads an integer back as a number up to 2^53 and as a bigint beyond, however it was written",
    async run(store) {
      await store.put({ ...key, fields: { small: 5n, edge: 2 ** 53 - 1 } });
      deepEqual((await store.get(key))?.fields, { small: 5, edge: 2 ** 53 - 1 });
      const up = await store.update({ ...key, add: { edge: 2 } });
      deepEqual(up.ok && up.record.fields["edge"], 2n ** 53n + 1n);
      await store.update({ ...key, add: { edge: -2n } });
      deepEqual((await store.get(key))?.fields, { small: 5, edge: 2 ** 53 - 1 });
    },
  },
  {
    title: "loses none of 50 updates made at once, and gives each its own result",
    async run(store) {
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) => store.update({ ...key, add: { count: 1, total: i } })),
      );
      const counts = results.map((result) => (result.ok ? Number(result.record.fields["count"]) : 0));
      deepEqual(
        counts.sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, i) => i + 1),
      );
      deepEqual((await store.get(key))?.fields, { count: 50, total: 1225 });
    },
  },
  {
    title: "refuses to add to what is no integer, or with what is none, and changes nothing",
    async run(store) {
      const fields = { text: "5", flag: true, ratio: 0.5, count: 1 };
      await store.put({ ...key, fields });
      for (const name of ["text", "flag", "ratio"]) {
        await refused("TULLE4012", () => store.update({ ...key, add: { count: 1, [name]: 1 } }));
      }
      await refused("TULLE4012", () => store.update({ ...key, add: { count: 0.5 } }));
      deepEqual((await store.get(key))?.fields, fields);
    },
  },
  {
    title: "refuses a sum of 39 digits and keeps the counter",
    async run(store) {
      await store.put({ ...key, fields: { high: LARGEST, count: 1 } });
      await refused("TULLE4013", () => store.update({ ...key, add: { count: 1, high: 1 } }));
      deepEqual((await store.get(key))?.fields, { high: LARGEST, count: 1 });
      equal((await store.update({ ...key, add: { high: -1 } })).ok, true);
    },
  },
];
