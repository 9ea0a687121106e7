import type { Store } from "@tulle/core/store";
import type { DataPlaneReport, EdgeReport } from "@tulle/core/telemetry";
import { bucketOf } from "@tulle/core/telemetry";
import { createMemoryStore } from "@tulle/store";
import { createVirtualClock } from "@tulle/testkit/clock";
import { beforeEach, describe, expect, it } from "vitest";
import { acceptReport } from "../shape/report-shape.ts";
import { KEPT_EVENTS } from "./event-log.ts";
import { type Fleet, openFleet } from "./fleet.ts";

const clock = createVirtualClock();
let store: Store;
let fleet: Fleet;
beforeEach(async () => {
  store = createMemoryStore({ nowMs: clock.nowMs });
  fleet = await openFleet(store, clock.nowMs);
});

function edge(changes: Partial<EdgeReport> = {}): EdgeReport {
  return {
    service: "navigator",
    revision: "v1",
    outcomes: { ok: 9, timeout: 1 },
    refusals: { TULLE2002: 2 },
    fallbacks: 1,
    retries: 3,
    latency: { [bucketOf(10)]: 9, [bucketOf(100)]: 1 },
    ...changes,
  };
}

function report(changes: Partial<DataPlaneReport> = {}): DataPlaneReport {
  return {
    format: 1,
    caller: "dispatch",
    environmentId: "env-1",
    sequence: 1,
    snapshotVersion: 1,
    edges: [edge()],
    events: [],
    counters: {},
    ...changes,
  };
}

const transition = (name: "opened" | "reopened" | "closed", atMs: number) => ({
  service: "navigator",
  revision: "v1",
  transition: name,
  atMs,
});

describe("edges", () => {
  it("add up over environments, with quantiles of the merged histogram", () => {
    fleet.accept(report());
    fleet.accept(report({ environmentId: "env-2" }));
    const [one] = fleet.edges();
    expect(one).toMatchObject({
      caller: "dispatch",
      service: "navigator",
      revision: "v1",
      outcomes: { ok: 18, timeout: 2 },
      refusals: { TULLE2002: 4 },
      fallbacks: 2,
      retries: 6,
    });
    expect(one!.latencyMs.p50).toBeCloseTo(10, 0);
    expect(one!.latencyMs.p99! / 100).toBeCloseTo(1, 1);
  });

  it("count a report once, however often it arrives, in whatever order", () => {
    for (const sequence of [2, 1, 2, 3, 1, 3]) fleet.accept(report({ sequence }));
    expect(fleet.edges()[0]!.outcomes.ok).toBe(27);
  });

  it("keep apart two callers that claim one environment", () => {
    fleet.accept(report());
    fleet.accept(report({ caller: "reports" }));
    expect(fleet.edges().map(({ caller }) => caller)).toEqual(["dispatch", "reports"]);
  });

  it("leave out classes, codes and buckets that this version does not know", () => {
    const odd = edge({
      outcomes: { ok: 1, quantum: 5, constructor: 1 } as EdgeReport["outcomes"],
      refusals: { TULLE2002: 1, TULLE9999: 3, oops: 4 },
      latency: { 3: 1, 100000: 7, "-1": 2, x: 1 },
    });
    fleet.accept(acceptReport({ ...report({ edges: [odd] }), newer: true }));
    expect(fleet.edges()[0]).toMatchObject({ outcomes: { ok: 1 }, refusals: { TULLE2002: 1 } });
  });

  it("have totals that survive a restart, by one write an edge and none a report", async () => {
    let writes = 0;
    const update: Store["update"] = (change) => {
      writes += 1;
      return store.update(change);
    };
    const counted: Store = { ...store, update };
    fleet = await openFleet(counted, clock.nowMs);
    writes = 0;
    for (let sequence = 1; sequence <= 1_000; sequence++) fleet.accept(report({ sequence }));
    expect(writes).toBe(0);
    await fleet.rollUp();
    await fleet.rollUp();
    expect(writes).toBe(1);
    const again = await openFleet(store, clock.nowMs);
    expect(again.edges()).toEqual(fleet.edges());
    again.accept(report({ sequence: 1_001 }));
    expect(again.edges()[0]!.outcomes.ok).toBe(9 * 1_001);
  });

  it("lose nothing when a roll-up fails", async () => {
    let failing = true;
    const flaky: Store = {
      ...store,
      update: (change) => (failing ? Promise.reject(new Error("no disk")) : store.update(change)),
    };
    failing = false;
    fleet = await openFleet(flaky, clock.nowMs);
    failing = true;
    fleet.accept(report());
    await expect(fleet.rollUp()).rejects.toThrow("no disk");
    fleet.accept(report({ sequence: 2 }));
    failing = false;
    await fleet.rollUp();
    expect((await openFleet(store, clock.nowMs)).edges()).toEqual(fleet.edges());
  });

  it("are bounded for a caller that makes names up, and for nobody else", () => {
    for (let i = 0; i < 1_100; i++) {
      fleet.accept(report({ sequence: i + 1, edges: [edge({ service: `made-up-${i}` })] }));
    }
    fleet.accept(report({ caller: "reports" }));
    expect(fleet.edges()).toHaveLength(1_001);
  });
});

describe("breakers", () => {
  it("say in how many environments an edge is open, and in how many it ever was", () => {
    fleet.accept(report({ events: [transition("opened", 10)] }));
    fleet.accept(
      report({ environmentId: "env-2", events: [transition("opened", 20), transition("closed", 30)] }),
    );
    fleet.accept(report({ environmentId: "env-3" }));
    fleet.accept(report({ sequence: 2, edges: [], events: [transition("reopened", 15)] }));
    expect(fleet.breakers()).toEqual([
      {
        caller: "dispatch",
        service: "navigator",
        revision: "v1",
        environments: 3,
        open: 1,
        openedIn: 2,
        lastTransition: "closed",
        atMs: 30,
      },
    ]);
  });

  it("go by the time of a transition when reports overtake each other", () => {
    fleet.accept(report({ sequence: 2, events: [transition("closed", 30)] }));
    fleet.accept(report({ sequence: 1, events: [transition("opened", 20)] }));
    expect(fleet.breakers()[0]).toMatchObject({ open: 0, openedIn: 1, lastTransition: "closed" });
  });

  it("leave out what was refused before a revision was chosen", () => {
    fleet.accept(report({ edges: [{ ...report({}).edges[0]!, revision: "-" }] }));
    expect([fleet.breakers(), fleet.edges().length]).toEqual([[], 1]);
  });

  it("forget an environment that has been silent for an hour", () => {
    fleet.accept(report({ events: [transition("opened", 10)] }));
    clock.jump(3_600_001);
    expect(fleet.breakers()[0]).toMatchObject({ environments: 0, open: 0, openedIn: 1 });
    expect(fleet.environments(1)).toEqual([]);
  });
});

describe("environments", () => {
  it("are stale when they report an older version, going by the newest report", () => {
    fleet.accept(report({ sequence: 5, snapshotVersion: 7, counters: { staleServed: 2 } }));
    fleet.accept(report({ sequence: 4, snapshotVersion: 6, counters: { staleServed: 1 } }));
    const expected = {
      environmentId: "env-1",
      caller: "dispatch",
      snapshotVersion: 7,
      seenAtMs: clock.nowMs(),
    };
    expect(fleet.environments(7)).toEqual([{ ...expected, state: "SYNCED", counters: { staleServed: 3 } }]);
    expect(fleet.environments(8)[0]!.state).toBe("STALE");
  });

  it("count what they are told by name, up to a hundred names", () => {
    for (let i = 0; i < 150; i++) {
      fleet.accept(report({ sequence: i + 1, edges: [], counters: { stale: 1, [`made-up-${i}`]: 1 } }));
    }
    const { counters } = fleet.environments(1)[0]!;
    expect([Object.keys(counters).length, counters["stale"]]).toEqual([100, 150]);
  });

  it("are bounded for each caller, the longest silent one going first", () => {
    for (let i = 0; i < 2_010; i++) fleet.accept(report({ environmentId: `env-${i}`, edges: [] }));
    const known = fleet.environments(1);
    expect(known).toHaveLength(2_000);
    expect(known[0]!.environmentId).toBe("env-10");
  });

  it("keep the circuits of two hundred edges each, and count every edge all the same", () => {
    const services = Array.from({ length: 300 }, (_, i) => `s${i}`);
    fleet.accept(report({ edges: services.map((service) => ({ ...edge(), service })) }));
    const breakers = fleet.breakers();
    expect(breakers).toHaveLength(300);
    expect(breakers.filter(({ environments }) => environments === 1)).toHaveLength(200);
    expect(fleet.edges()).toHaveLength(300);
  });
});

describe("events", () => {
  it("come in order, after a number, with publishes between transitions", () => {
    fleet.accept(report({ events: [transition("opened", 1), transition("closed", 2)] }));
    fleet.note({ kind: "publish", atMs: 3, version: 2, hash: "h", message: "m" });
    expect(fleet.events(0).map(({ sequence, kind }) => [sequence, kind])).toEqual([
      [1, "breaker"],
      [2, "breaker"],
      [3, "publish"],
    ]);
    expect(fleet.events(2)).toEqual([
      { sequence: 3, kind: "publish", atMs: 3, version: 2, hash: "h", message: "m" },
    ]);
    expect(fleet.events(3)).toEqual([]);
    expect(fleet.events(99)).toEqual([]);
  });

  it("are kept to the newest ten thousand", () => {
    for (let i = 1; i <= 25_000; i++)
      fleet.note({ kind: "publish", atMs: i, version: i, hash: "", message: "" });
    expect(fleet.events(0)).toHaveLength(KEPT_EVENTS);
    expect(fleet.events(0)[0]).toMatchObject({ sequence: 15_001, version: 15_001 });
    expect(fleet.events(24_998).map(({ sequence }) => sequence)).toEqual([24_999, 25_000]);
  });

  it("have higher numbers after a restart than before", async () => {
    fleet.note({ kind: "publish", atMs: 1, version: 1, hash: "", message: "" });
    const before = fleet.events(0)[0]!.sequence;
    const again = await openFleet(store, clock.nowMs);
    again.note({ kind: "publish", atMs: 2, version: 2, hash: "", message: "" });
    expect(again.events(before)).toHaveLength(1);
  });
});

describe("a malformed report", () => {
  it("is refused whole, and counts nothing", () => {
    const good = report() as unknown as Record<string, unknown>;
    const bad: readonly unknown[] = [
      null,
      [],
      "report",
      {},
      { ...good, format: 2 },
      { ...good, caller: "Dispatch" },
      { ...good, caller: "a#b" },
      { ...good, sequence: 0 },
      { ...good, sequence: 1.5 },
      { ...good, environmentId: "" },
      { ...good, edges: {} },
      { ...good, edges: [edge({ service: "a#b" })] },
      { ...good, edges: [edge({ fallbacks: -1 })] },
      { ...good, edges: [edge({ outcomes: { ok: Number.NaN } })] },
      { ...good, edges: [edge({ outcomes: { ok: 1e300 } })] },
      { ...good, edges: [edge({ latency: { 1: "many" } as unknown as EdgeReport["latency"] })] },
      { ...good, edges: [edge(), null] },
      { ...good, events: [{ ...transition("opened", 1), atMs: "now" }] },
      { ...good, counters: { x: null } },
      { ...good, edges: Array.from({ length: 1_001 }, () => edge()) },
    ];
    for (const one of bad) {
      expect(() => fleet.accept(acceptReport(one)), JSON.stringify(one)?.slice(0, 200)).toThrow(
        expect.objectContaining({ code: "TULLE4110" }),
      );
    }
    expect(fleet.edges()).toEqual([]);
  });

  it("loses only the transitions that are not known yet", () => {
    const events = [transition("opened", 1), { ...transition("opened", 2), transition: "halfOpened" }];
    fleet.accept(acceptReport(report({ events: events as DataPlaneReport["events"] })));
    expect(fleet.events(0)).toHaveLength(1);
  });
});
