/** Random sequences of operations, carried out by the adapter and by the model: they agree at every step. */
import { deepEqual } from "node:assert/strict";
import type { Condition, FieldValue, RecordChange, RecordKey, Store } from "@tulle/core/store";
import * as fc from "fast-check";
import type { VirtualClock } from "../clock/index.ts";
import { ModelStore } from "./model.ts";
import type { StoreCase } from "./store-contract.ts";

type Operation =
  | { kind: "get"; sort: string }
  | {
      kind: "put";
      sort: string;
      fields: Record<string, FieldValue>;
      ttlMs: number | null;
      condition?: Condition;
    }
  | {
      kind: "update";
      sort: string;
      change: Omit<RecordChange, "partition" | "sort">;
      ttlMs: number | null;
      condition?: Condition;
    }
  | { kind: "delete"; sort: string; condition?: Condition }
  | { kind: "query"; prefix: string; limit?: number; descending: boolean }
  | { kind: "wait"; ms: number };

const RUNS = 60;

/** Ordinary objects, as callers write them. */
const plain = { noNullPrototype: true } as const;

export const agreementCases: readonly StoreCase[] = [
  {
    title: "agrees with a simple model on random sequences of operations",
    async run(store, clock) {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(operation(), { minLength: 1, maxLength: 40 }), async (operations) => {
          const partition = `run-${run++}`;
          const model = new ModelStore(clock.nowMs());
          for (const one of operations) await step(store, model, { one, partition, clock });
          deepEqual(await store.query(partition, ""), model.query(partition, ""));
        }),
        { numRuns: RUNS },
      );
    },
  },
];

interface Step {
  readonly one: Operation;
  readonly partition: string;
  readonly clock: VirtualClock;
}

async function step(store: Store, model: ModelStore, { one, partition, clock }: Step): Promise<void> {
  const key = (sort: string): RecordKey => ({ partition, sort });
  const expiry = (ttlMs: number | null) => (ttlMs === null ? {} : { expiresAtMs: clock.nowMs() + ttlMs });
  switch (one.kind) {
    case "get":
      return deepEqual(await store.get(key(one.sort)), model.get(key(one.sort)));
    case "put": {
      const record = { ...key(one.sort), fields: one.fields, ...expiry(one.ttlMs) };
      return deepEqual(await store.put(record, one.condition), model.put(record, one.condition));
    }
    case "update": {
      const change = { ...key(one.sort), ...one.change, ...expiry(one.ttlMs) };
      return deepEqual(await store.update(change, one.condition), model.update(change, one.condition));
    }
    case "delete":
      return deepEqual(
        await store.delete(key(one.sort), one.condition),
        model.delete(key(one.sort), one.condition),
      );
    case "query": {
      const { limit, descending } = one;
      const all = model.query(partition, one.prefix);
      const expected = (descending ? all.toReversed() : all).slice(0, limit);
      const options = { descending, ...(limit !== undefined && { limit }) };
      return deepEqual(await store.query(partition, one.prefix, options), expected);
    }
    case "wait":
      clock.jump(one.ms);
      model.nowMs = clock.nowMs();
  }
}

function operation(): fc.Arbitrary<Operation> {
  const sort = fc.constantFrom("a", "ab", "b", "\uFFFD", "😀", "😀a");
  const ttlMs = fc.option(fc.integer({ min: 0, max: 20 }), { freq: 3 });
  const fields = fc.dictionary(fc.constantFrom("x", "y", "z"), value(), plain);
  const optional = { condition: condition() };
  const maybe = { requiredKeys: [], ...plain };
  return fc.oneof(
    fc.record({ kind: fc.constant("get" as const), sort }),
    fc.record(
      { kind: fc.constant("put" as const), sort, fields, ttlMs, ...optional },
      { requiredKeys: ["kind", "sort", "fields", "ttlMs"] },
    ),
    fc.record(
      { kind: fc.constant("update" as const), sort, change: fc.record(changes(), maybe), ttlMs, ...optional },
      { requiredKeys: ["kind", "sort", "change", "ttlMs"] },
    ),
    fc.record(
      { kind: fc.constant("delete" as const), sort, ...optional },
      { requiredKeys: ["kind", "sort"] },
    ),
    fc.record(
      {
        kind: fc.constant("query" as const),
        prefix: fc.constantFrom("", "a", "😀"),
        limit: fc.integer({ min: 1, max: 4 }),
        descending: fc.boolean(),
      },
      { requiredKeys: ["kind", "prefix", "descending"] },
    ),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 15 }) }),
  );
}

/** Counters have names of their own, so that no addition meets a text. */
function changes() {
  const amount = fc.oneof(fc.maxSafeInteger(), fc.bigInt(-(10n ** 30n), -(2n ** 54n)));
  return {
    add: fc.dictionary(fc.constantFrom("n", "m"), amount, plain),
    set: fc.dictionary(fc.constantFrom("x", "y"), value(), plain),
    remove: fc.uniqueArray(fc.constantFrom("z", "w")),
  };
}

function value(): fc.Arbitrary<FieldValue> {
  return fc.oneof(
    fc.constantFrom<FieldValue>(0, 1, "", "1", true, false),
    fc.maxSafeInteger(),
    fc.bigInt(2n ** 53n, 10n ** 38n - 1n),
    fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
  );
}

function condition(): fc.Arbitrary<Condition> {
  const field = fc.constantFrom("x", "y", "n");
  return fc.oneof(
    fc.constant<Condition>({ kind: "absent" }),
    fc.constant<Condition>({ kind: "exists" }),
    fc.record({ kind: fc.constant("fieldEquals" as const), field, value: value() }),
    fc.record({ kind: fc.constant("fieldAbsentOrEquals" as const), field, value: value() }),
  );
}
