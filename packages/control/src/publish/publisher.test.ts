import { TulleError } from "@tulle/core/errors";
import type { MeshConfig } from "@tulle/core/model";
import type { Store } from "@tulle/core/store";
import { createMemoryStore } from "@tulle/store";
import { sampleMesh, sampleService } from "@tulle/testkit/mesh";
import { seededRandom } from "@tulle/testkit/random";
import { describe, expect, it } from "vitest";
import { type Control, createControl } from "../control.ts";
import { interruptedStore } from "./fixtures/interrupted-store.ts";

const key = new Uint8Array(32);
const NOW_MS = 1_700_000_000_000;
const DAY_MS = 86_400_000;

function open(store: Store, seed = 1, nowMs = () => NOW_MS): Promise<Control> {
  return createControl({ store, key, nowMs, random: seededRandom(seed) });
}

/** A mesh that is different for every name, large enough to take several records. */
function meshNamed(label: string, services = 1): MeshConfig {
  const all = Array.from({ length: services }, (_, i) =>
    sampleService(`service-${i}`, { backend: { kind: "function", functionName: `fn-${label}-${i}` } }),
  );
  return sampleMesh(all);
}

function publishedName(control: Control): string {
  const text = new TextDecoder().decode(control.snapshot(null).bytes);
  return /fn-([a-z0-9]+)-0/.exec(text)?.[1] ?? "";
}

describe("a publish", () => {
  it("makes version 1, 2, 3 and keeps what was said about each", async () => {
    const control = await open(createMemoryStore());
    expect(control.version()).toBe(0);
    for (const label of ["a", "b", "c"]) await control.publish({ config: meshNamed(label), message: label });
    expect(control.version()).toBe(3);
    const history = await control.history();
    expect(history.map(({ version, message, atMs }) => [version, message, atMs])).toEqual([
      [3, "c", NOW_MS],
      [2, "b", NOW_MS],
      [1, "a", NOW_MS],
    ]);
    expect(new Set(history.map(({ hash }) => hash)).size).toBe(3);
    expect(control.config()).toEqual(meshNamed("c"));
  });

  it("of what is published already makes no new version", async () => {
    const control = await open(createMemoryStore());
    const first = await control.publish({ config: meshNamed("a") });
    expect(first).toMatchObject({ version: 1, changed: true });
    const shuffled = Object.fromEntries(Object.entries(meshNamed("a")).reverse());
    expect(await control.publish({ config: shuffled })).toEqual({ ...first, changed: false });
    expect(await control.history()).toHaveLength(1);
  });

  it("of what only the local platform reads makes a new version with the same hash", async () => {
    const control = await open(createMemoryStore());
    const first = await control.publish({ config: sampleMesh([sampleService("a")]) });
    const local = {
      handler: "a.ts",
      entry: "handler",
      runtime: "nodejs24.x",
      timeoutSeconds: 3,
      memoryMb: 128,
      environment: {},
      concurrency: null,
    };
    const config = sampleMesh([sampleService("a", { local })]);
    expect(await control.publish({ config })).toEqual({ version: 2, hash: first.hash, changed: true });
    expect(control.config()).toEqual(config);
  });

  it("is refused when it was made for another version, and nothing changes", async () => {
    const control = await open(createMemoryStore());
    await control.publish({ config: meshNamed("a"), expectedVersion: 0 });
    for (const expectedVersion of [0, 2]) {
      await expect(control.publish({ config: meshNamed("b"), expectedVersion })).rejects.toMatchObject({
        code: "TULLE4101",
      });
    }
    expect(await control.publish({ config: meshNamed("b"), expectedVersion: 1 })).toMatchObject({
      version: 2,
    });
  });

  it("keeps the last hundred versions and nothing of older ones", async () => {
    const store = createMemoryStore();
    const control = await open(store);
    for (let i = 0; i < 103; i++) await control.publish({ config: meshNamed(`n${i}`) });
    const history = await control.history();
    expect(history.map(({ version }) => version)).toEqual(Array.from({ length: 100 }, (_, i) => 103 - i));
    expect(await store.query("manifest", "")).toHaveLength(100);
    expect(await store.query("content", "")).toHaveLength(200);
    expect((await open(store)).version()).toBe(103);
  });

  it("of a thousand services comes back whole after a restart", async () => {
    const store = createMemoryStore();
    const config = meshNamed("large", 1_000);
    await (await open(store)).publish({ config });
    expect((await store.query("content", "")).length).toBeGreaterThan(4);
    expect((await open(store)).config()).toEqual(config);
  });
});

describe("two publishers of one store", () => {
  it("never both win a version, and the loser leaves nothing behind", async () => {
    const store = createMemoryStore();
    const controls = [await open(store, 1), await open(store, 2), await open(store, 3)];
    for (let round = 0; round < 10; round++) {
      const results = await Promise.allSettled(
        controls.map((control, i) => control.publish({ config: meshNamed(`r${round}x${i}`) })),
      );
      const winners = results.flatMap((result, i) => (result.status === "fulfilled" ? [i] : []));
      expect(winners).toHaveLength(1);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "TULLE4101" });
      }
      for (const control of controls) {
        await control.tick();
        expect(control.version()).toBe(round + 1);
        expect(publishedName(control)).toBe(`r${round}x${winners[0]}`);
      }
    }
    expect(await store.query("manifest", "")).toHaveLength(10);
    expect(await store.query("content", "")).toHaveLength(20);
  });

  it("see each other's publishes at the next tick, as events too", async () => {
    const store = createMemoryStore();
    const [one, other] = [await open(store, 1), await open(store, 2)];
    await one.publish({ config: meshNamed("a"), message: "by one" });
    const waiting = other.epoch({ after: 0, waitMs: 60_000 });
    await other.tick();
    expect(await waiting).toBe(1);
    expect(other.events(0)).toMatchObject([{ kind: "publish", version: 1, message: "by one" }]);
  });
});

it("answers from memory while the store is down, refuses to publish, and recovers", async () => {
  const store = createMemoryStore();
  let down = false;
  const fault = new TulleError("TULLE4006", "The disk is full.");
  const flaky = new Proxy(store, {
    get: (_, name) => (down ? () => Promise.reject(fault) : store[name as keyof Store]),
  });
  const control = await open(flaky);
  await control.publish({ config: meshNamed("a") });
  down = true;
  await expect(control.publish({ config: meshNamed("b") })).rejects.toBe(fault);
  await expect(control.tick()).rejects.toBe(fault);
  expect([control.version(), publishedName(control)]).toEqual([1, "a"]);
  expect(control.config()).toEqual(meshNamed("a"));
  down = false;
  expect(await control.publish({ config: meshNamed("b") })).toMatchObject({ version: 2 });
});

describe("a publish that is interrupted", () => {
  it.each([
    { when: "before", written: false },
    { when: "after", written: true },
  ])("$when any of its writes leaves the old version or the new one, whole", async ({ written }) => {
    const outcomes: string[] = [];
    for (let after = 0, interrupted = true; interrupted; after++) {
      const store = createMemoryStore();
      await (await open(store)).publish({ config: meshNamed("old", 400), message: "old" });
      interrupted = await publishInterrupted(store, { after, written });
      outcomes.push(await checkAfterwards(store));
    }
    expect(outcomes.length).toBeGreaterThan(6);
    expect(outcomes).toEqual(outcomes.toSorted().reverse());
    expect(new Set(outcomes)).toEqual(new Set(["old", "new"]));
  });

  /** Opens on the sound store, so that nothing but the publish is interrupted; says whether it was. */
  async function publishInterrupted(store: Store, at: { after: number; written: boolean }): Promise<boolean> {
    let active = store;
    let interrupted = false;
    const control = await open(new Proxy(store, { get: (_, name) => active[name as keyof Store] }), 2);
    active = interruptedStore(store, {
      ...at,
      interrupt: () => {
        interrupted = true;
        throw new Error("the disk is gone");
      },
    });
    await control.publish({ config: meshNamed("new", 400), message: "new" }).catch(() => undefined);
    return interrupted;
  }

  /** What is published afterwards; the next publishes go on from there and clear away what was left. */
  async function checkAfterwards(store: Store): Promise<string> {
    const reopened = await open(store, 3);
    const outcome = publishedName(reopened);
    expect(reopened.config()).toEqual(meshNamed(outcome, 400));
    expect((await reopened.history()).map(({ message }) => message)).toEqual(
      outcome === "old" ? ["old"] : ["new", "old"],
    );
    const version = reopened.version();
    expect(version).toBe(outcome === "old" ? 1 : 2);
    expect(await reopened.publish({ config: meshNamed("next") })).toMatchObject({ version: version + 1 });
    const later = await open(store, 4, () => NOW_MS + DAY_MS);
    await later.publish({ config: meshNamed("later") });
    expect(await store.query("manifest", "")).toHaveLength(later.version());
    return outcome;
  }

  it("is never read back in part", async () => {
    const store = createMemoryStore();
    await (await open(store)).publish({ config: meshNamed("a", 400) });
    const [, part] = await store.query("content", "");
    await store.delete(part!);
    await expect(open(store)).rejects.toMatchObject({ code: "TULLE4113" });
  });
});
