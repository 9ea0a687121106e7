/** Expiry, judged by the injected clock. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { StoreCase } from "./store-contract.ts";

const key = { partition: "p", sort: "lease" };

export const expiryCases: readonly StoreCase[] = [
  {
    title: "counts a record up to its expiry and not a millisecond longer",
    async run(store, clock) {
      await store.put({ ...key, fields: { owner: "a" }, expiresAtMs: clock.nowMs() + 10 });
      clock.jump(10);
      ok(await store.get(key));
      equal((await store.query("p", "")).length, 1);
      clock.jump(1);
      equal(await store.get(key), undefined);
      deepEqual(await store.query("p", ""), []);
    },
  },
  {
    title: "lets a lease be taken when it has expired, by one of many",
    async run(store, clock) {
      const take = (owner: number) =>
        store.put({ ...key, fields: { owner }, expiresAtMs: clock.nowMs() + 10 }, { kind: "absent" });
      equal((await take(0)).ok, true);
      equal((await take(1)).ok, false);
      clock.jump(11);
      const results = await Promise.all([2, 3, 4, 5].map(take));
      equal(results.filter((result) => result.ok).length, 1);
    },
  },
  {
    title: "starts anew when an expired record is updated, and deletes it as if it were gone",
    async run(store, clock) {
      const expiresAtMs = clock.nowMs() + 10;
      await store.put({ ...key, fields: { hits: 5 }, expiresAtMs });
      clock.jump(11);
      equal(await store.delete(key), false);
      await store.put({ ...key, fields: { hits: 5 }, expiresAtMs });
      deepEqual(await store.update({ ...key, add: { hits: 1 } }, { kind: "exists" }), {
        ok: false,
        current: undefined,
      });
      deepEqual(await store.update({ ...key, add: { hits: 1 } }), {
        ok: true,
        record: { ...key, fields: { hits: 1 } },
      });
    },
  },
  {
    title:
      "keeps the expiry through an update that names none, moves it when one is named, drops it with a put",
    async run(store, clock) {
      const soonMs = clock.nowMs() + 10;
      await store.put({ ...key, fields: {}, expiresAtMs: soonMs });
      await store.update({ ...key, add: { n: 1 } });
      equal((await store.get(key))?.expiresAtMs, soonMs);
      await store.update({ ...key, expiresAtMs: soonMs + 100 });
      clock.jump(50);
      equal((await store.get(key))?.expiresAtMs, soonMs + 100);
      await store.put({ ...key, fields: {} });
      clock.jump(1_000_000);
      deepEqual(await store.get(key), { ...key, fields: {} });
    },
  },
  {
    title: "does not let expired records use up a query's limit, also after they have been swept away",
    async run(store, clock) {
      for (const sort of ["1", "2"]) {
        await store.put({ partition: "p", sort, fields: {}, expiresAtMs: clock.nowMs() });
      }
      await store.put({ partition: "p", sort: "3", fields: {} });
      for (const passedMs of [1, 3_600_000]) {
        clock.jump(passedMs);
        await store.put({ partition: "other", sort: "1", fields: {} });
        deepEqual(await store.query("p", "", { limit: 1 }), [{ partition: "p", sort: "3", fields: {} }]);
      }
    },
  },
];
