/** Prefix queries: byte order, direction and limit. */
import { deepEqual, equal } from "node:assert/strict";
import type { Store, StoredRecord } from "@tulle/core/store";
import { refused } from "./refused.ts";
import type { StoreCase } from "./store-contract.ts";

/** In the order of their UTF-8 bytes, which is not the order of their UTF-16 units. */
const inByteOrder = [
  "!",
  "#1",
  "#10",
  "#2",
  "A",
  "a",
  "a%",
  "a_b",
  "aa",
  "b",
  "é",
  "\uFFFD",
  "😀",
  "😁",
  "\u{10FFFF}",
];

export const queryCases: readonly StoreCase[] = [
  {
    title: "answers a query in byte order, forwards and backwards",
    async run(store) {
      await fill(store, inByteOrder.toReversed());
      deepEqual(sorts(await store.query("p", "")), inByteOrder);
      deepEqual(sorts(await store.query("p", "", { descending: true })), inByteOrder.toReversed());
    },
  },
  {
    title: "finds exactly what starts with the prefix, taken literally",
    async run(store) {
      await fill(store, [...inByteOrder, "\u{10FFFF}\u{10FFFF}", "\uD7FFx", "\uE000"]);
      deepEqual(sorts(await store.query("p", "#1")), ["#1", "#10"]);
      deepEqual(sorts(await store.query("p", "a")), ["a", "a%", "a_b", "aa"]);
      deepEqual(sorts(await store.query("p", "a%")), ["a%"]);
      deepEqual(sorts(await store.query("p", "😀")), ["😀"]);
      deepEqual(sorts(await store.query("p", "\uD7FF")), ["\uD7FFx"]);
      deepEqual(sorts(await store.query("p", "\u{10FFFF}")), ["\u{10FFFF}", "\u{10FFFF}\u{10FFFF}"]);
      deepEqual(sorts(await store.query("p", "nothing")), []);
    },
  },
  {
    title: "keeps to the limit, from the end that the direction names",
    async run(store) {
      await fill(store, ["1", "2", "3", "4"]);
      deepEqual(sorts(await store.query("p", "", { limit: 2 })), ["1", "2"]);
      deepEqual(sorts(await store.query("p", "", { limit: 2, descending: true })), ["4", "3"]);
      deepEqual(sorts(await store.query("p", "", { limit: 99 })), ["1", "2", "3", "4"]);
    },
  },
  {
    title: "keeps partitions apart, also those that differ only in how they are joined",
    async run(store) {
      await store.put({ partition: "a", sort: "b/c", fields: { n: 1 } });
      await store.put({ partition: "a/b", sort: "c", fields: { n: 2 } });
      await store.put({ partition: "A", sort: "b/c", fields: { n: 3 } });
      deepEqual(await store.query("a", ""), [{ partition: "a", sort: "b/c", fields: { n: 1 } }]);
      equal((await store.get({ partition: "a/b", sort: "c" }))?.fields["n"], 2);
      deepEqual(await store.query("missing", ""), []);
    },
  },
  {
    title: "answers with whole records",
    async run(store) {
      const record = { partition: "p", sort: "s", fields: { big: 2n ** 64n, text: "é" }, expiresAtMs: 9e12 };
      await store.put(record);
      deepEqual(await store.query("p", "s"), [record]);
    },
  },
  {
    title: "refuses a limit that is not a positive integer",
    async run(store) {
      for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await refused("TULLE4016", () => store.query("p", "", { limit }));
      }
    },
  },
];

async function fill(store: Store, sortKeys: readonly string[]): Promise<void> {
  await Promise.all(sortKeys.map((sort) => store.put({ partition: "p", sort, fields: {} })));
}

function sorts(records: readonly StoredRecord[]): string[] {
  return records.map((record) => record.sort);
}
