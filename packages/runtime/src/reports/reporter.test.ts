import type { DataPlaneReport } from "@tulle/core/telemetry";
import { expect, it } from "vitest";
import { type EdgeState, newEdgeState } from "../data-plane/edges.ts";
import { nodePorts } from "../data-plane/ports.ts";
import { createReporter, type Reporter } from "./reporter.ts";

interface Desk {
  readonly reporter: Reporter;
  readonly sent: DataPlaneReport[];
  readonly edge: EdgeState;
  nowMs: number;
  /** Settles the report on its way. */
  arrive: (ok: boolean) => Promise<void>;
  /** Runs the timers, as time passing would. */
  fireTimers: () => void;
}

function setUp(): Desk {
  const sent: DataPlaneReport[] = [];
  const timers: (() => void)[] = [];
  let settle: { resolve: () => void; reject: () => void } | undefined;
  const ports = {
    ...nodePorts,
    clock: () => desk.nowMs,
    later: (_ms: number, run: () => void) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
  };
  const reporter = createReporter({
    ports,
    caller: "dispatch",
    environmentId: "env-1",
    send: (report) => {
      sent.push(report);
      return new Promise<void>((resolve, reject) => {
        settle = { resolve, reject };
      });
    },
  });
  const desk: Desk = {
    reporter,
    sent,
    edge: newEdgeState({ index: 0, key: "k", caller: "dispatch", service: "navigator", revision: "stable" }),
    nowMs: 1_000_000,
    async arrive(ok) {
      if (ok) settle!.resolve();
      else settle!.reject();
      await new Promise((resolve) => setImmediate(resolve));
    },
    fireTimers: () => {
      for (const run of timers.splice(0)) run();
    },
  };
  return desk;
}

function book({ reporter, edge }: Desk): void {
  edge.outcomes.ok = (edge.outcomes.ok ?? 0) + 1;
  reporter.touch(edge);
}

it("sends nothing when nothing happened", () => {
  const desk = setUp();
  desk.reporter.flush();
  expect(desk.sent).toEqual([]);
});

it("says who reads which snapshot even when no call was made", () => {
  const desk = setUp();
  desk.reporter.version(7);
  desk.reporter.flush();
  expect(desk.sent).toMatchObject([
    { format: 1, caller: "dispatch", environmentId: "env-1", sequence: 1, snapshotVersion: 7, edges: [] },
  ]);
});

it("reports what was booked, once, at most once a second", async () => {
  const desk = setUp();
  book(desk);
  book(desk);
  desk.reporter.flush();
  await desk.arrive(true);
  book(desk);
  desk.reporter.flush();
  expect(desk.sent.length).toBe(1);
  desk.nowMs += 1000;
  desk.reporter.flush();
  expect(desk.sent.map((one) => [one.sequence, one.edges[0]!.outcomes])).toEqual([
    [1, { ok: 2 }],
    [2, { ok: 1 }],
  ]);
});

it("sends a report that failed again as it was, and loses nothing of what happened meanwhile", async () => {
  const desk = setUp();
  book(desk);
  desk.reporter.flush();
  await desk.arrive(false);
  book(desk);
  desk.nowMs += 1000;
  desk.reporter.flush();
  expect(desk.sent[1]).toEqual(desk.sent[0]);
  await desk.arrive(true);
  desk.nowMs += 1000;
  desk.reporter.flush();
  expect(desk.sent[2]).toMatchObject({
    sequence: 2,
    edges: [{ outcomes: { ok: 1 } }],
    counters: { reportsDelayed: 1 },
  });
});

it("has one report on its way at a time", () => {
  const desk = setUp();
  book(desk);
  desk.reporter.flush();
  book(desk);
  desk.nowMs += 60_000;
  desk.reporter.flush();
  expect(desk.sent.length).toBe(1);
});

it("sends the rest by a timer when no further call comes", async () => {
  const desk = setUp();
  book(desk);
  desk.reporter.flush();
  await desk.arrive(true);
  book(desk);
  desk.nowMs += 1000;
  desk.fireTimers();
  expect(desk.sent.length).toBe(2);
});

it("is not silenced by a clock that was set back", async () => {
  const desk = setUp();
  book(desk);
  desk.reporter.flush();
  await desk.arrive(true);
  book(desk);
  desk.nowMs -= 3_600_000;
  desk.reporter.flush();
  expect(desk.sent.length).toBe(2);
});

it("keeps a bounded number of events and counts the rest", () => {
  const desk = setUp();
  const event = { service: "navigator", revision: "stable", transition: "opened", atMs: 1 } as const;
  for (let i = 0; i < 150; i++) desk.reporter.event(event);
  desk.reporter.flush();
  expect(desk.sent[0]!.events.length).toBe(100);
  expect(desk.sent[0]!.counters).toEqual({ eventsDropped: 50 });
});
