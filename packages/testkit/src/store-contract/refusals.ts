/** Odd, large and impossible keys and values: kept exactly, or refused with a code. */
import { deepEqual, equal } from "node:assert/strict";
import type { FieldValue } from "@tulle/core/store";
import { refused } from "./refused.ts";
import type { StoreCase } from "./store-contract.ts";

const key = { partition: "p", sort: "s" };
const HALF_A_PAIR = "x\uD83D";

export const refusalCases: readonly StoreCase[] = [
  {
    title: "keeps odd keys, names and texts exactly",
    async run(store) {
      const odd = [
        "'; DROP TABLE records; --",
        "é",
        "e\u0301",
        "😀",
        " ",
        "\n",
        'a\\b"c',
        "__proto__",
        "$",
        "\u0001",
      ];
      const fields = Object.fromEntries(odd.map((text): [string, FieldValue] => [text, text]));
      for (const text of odd) await store.put({ partition: text, sort: text, fields });
      for (const text of odd) {
        const read = await store.get({ partition: text, sort: text });
        equal(read?.sort, text);
        deepEqual(Object.entries(read.fields).sort(), Object.entries(fields).sort());
        equal((await store.query(text, "")).length, 1);
      }
    },
  },
  {
    title: "keeps numbers exactly",
    async run(store) {
      const fields = { a: 0.1 + 0.2, b: 5e-324, c: -1.5, d: 2 ** 53 - 1, e: -(2 ** 53 - 1) };
      await store.put({ ...key, fields: { ...fields, zero: -0 } });
      deepEqual((await store.get(key))?.fields, { ...fields, zero: 0 });
    },
  },
  {
    title: "refuses keys that are empty, too long, hold a NUL or half a surrogate pair",
    async run(store) {
      for (const bad of ["", "a\0b", HALF_A_PAIR, "é".repeat(1025)]) {
        for (const wrong of [
          { partition: bad, sort: "s" },
          { partition: "p", sort: bad },
        ]) {
          await refused("TULLE4010", () => store.get(wrong));
          await refused("TULLE4010", () => store.put({ ...wrong, fields: {} }));
          await refused("TULLE4010", () => store.update(wrong));
          await refused("TULLE4010", () => store.delete(wrong));
        }
        await refused("TULLE4010", () => store.query(bad, "s"));
        if (bad !== "") await refused("TULLE4010", () => store.query("p", bad));
      }
      await store.put({ partition: "é".repeat(1024), sort: "é".repeat(512), fields: {} });
    },
  },
  {
    title: "refuses names and values that no store keeps exactly, and changes nothing",
    async run(store) {
      const rubbish = [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -1e300, 10n ** 38n, "a\0", HALF_A_PAIR];
      const foreign = [null, undefined, {}, [], Symbol("s")] as unknown as FieldValue[];
      for (const value of [...rubbish, ...foreign]) {
        await refused("TULLE4011", () => store.put({ ...key, fields: { value } }));
        await refused("TULLE4011", () => store.update({ ...key, set: { value } }));
      }
      for (const name of ["", "a\0", HALF_A_PAIR]) {
        await refused("TULLE4011", () => store.put({ ...key, fields: { [name]: 1 } }));
      }
      for (const expiresAtMs of [0.5, Number.NaN, 2 ** 60]) {
        await refused("TULLE4011", () => store.put({ ...key, fields: {}, expiresAtMs }));
      }
      equal(await store.get(key), undefined);
    },
  },
  {
    title: "refuses a change that names a field twice",
    async run(store) {
      await refused("TULLE4015", () => store.update({ ...key, add: { a: 1 }, set: { a: 1 } }));
      await refused("TULLE4015", () => store.update({ ...key, add: { a: 1 }, remove: ["a"] }));
      await refused("TULLE4015", () => store.update({ ...key, set: { a: 1 }, remove: ["a"] }));
      equal(await store.get(key), undefined);
    },
  },
  {
    title: "keeps a record of nearly 400 KiB and refuses a larger one, however it grew",
    async run(store) {
      const large = "é".repeat(200 * 1024 - 50);
      await store.put({ ...key, fields: { large } });
      equal((await store.get(key))?.fields["large"], large);
      await refused("TULLE4014", () =>
        store.put({ ...key, fields: { large: `${large}${"x".repeat(100)}` } }),
      );
      await refused("TULLE4014", () => store.update({ ...key, set: { more: "x".repeat(100) } }));
      deepEqual((await store.get(key))?.fields, { large });
    },
  },
  {
    title: "keeps a record of a thousand fields",
    async run(store) {
      const add = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`bucket${i}`, i]));
      await store.update({ ...key, add });
      await store.update({ ...key, add });
      equal((await store.get(key))?.fields["bucket999"], 1998);
    },
  },
  {
    title: "refuses to be used once it is closed, and can be closed twice",
    async run(store) {
      await store.close();
      await store.close();
      await refused("TULLE4007", () => store.get(key));
      await refused("TULLE4007", () => store.put({ ...key, fields: {} }));
      await refused("TULLE4007", () => store.update(key));
      await refused("TULLE4007", () => store.delete(key));
      await refused("TULLE4007", () => store.query("p", ""));
    },
  },
];
