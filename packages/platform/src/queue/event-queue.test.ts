import { createMemoryStore } from "@tulle/store";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  decodeEvent,
  encodeEvent,
  encodePayload,
  eventsPartition,
  payloadsPartition,
  type QueuedEvent,
} from "./event.ts";
import { EventQueue, type EventQueueOptions } from "./event-queue.ts";
import { type AttemptOutcome, defaultRetryPolicy } from "./retry-schedule.ts";

let nowMs = 0;
let wakes: { atMs: number; wake: () => void }[] = [];
let attempts: { event: QueuedEvent; end: (outcome: AttemptOutcome) => void }[] = [];
let store = createMemoryStore({ nowMs: () => nowMs });
let settled: string[] = [];

beforeEach(() => {
  nowMs = 1_000;
  wakes = [];
  attempts = [];
  settled = [];
  store = createMemoryStore({ nowMs: () => nowMs });
});

function startQueue(more: Partial<EventQueueOptions> = {}): EventQueue {
  return new EventQueue({
    store,
    policy: defaultRetryPolicy,
    nowMs: () => nowMs,
    timer: (ms, wake) => {
      const timer = { atMs: nowMs + ms, wake };
      wakes.push(timer);
      return () => {
        wakes = wakes.filter((other) => other !== timer);
      };
    },
    attempt: (event) => new Promise((end) => attempts.push({ event, end })),
    attemptsPerFunction: 2,
    onSettled: (event, condition) => settled.push(`${event.requestId} ${condition}`),
    ...more,
  });
}

function eventOf(requestId: string, more: Partial<QueuedEvent> = {}): QueuedEvent {
  return {
    requestId,
    functionName: "fn",
    qualifier: null,
    caller: "root",
    payload: "{}",
    traceId: "Root=1-0-0",
    acceptedAtMs: nowMs,
    failures: 0,
    throttles: 0,
    dueAtMs: nowMs,
    ...more,
  };
}

/** Moves the clock and wakes what is due. */
async function advance(ms: number): Promise<void> {
  nowMs += ms;
  for (const { atMs, wake } of [...wakes]) if (atMs <= nowMs) wake();
  await settle();
}

/** Lets promises run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const stored = async () => (await store.query(eventsPartition, "")).length;

describe("the event queue", () => {
  it("stores an event before it is acknowledged and removes it when it is settled", async () => {
    const queue = startQueue();
    await queue.accept(eventOf("a"));
    expect(await stored()).toBe(1);
    attempts[0]?.end({ kind: "succeeded" });
    await settle();
    expect([await stored(), queue.size(), settled]).toEqual([0, 0, ["a Success"]]);
  });

  it("waits between attempts with one timer for the earliest event", async () => {
    const queue = startQueue();
    await queue.accept(eventOf("a"));
    await queue.accept(eventOf("b"));
    attempts[0]?.end({ kind: "failed" });
    await settle();
    attempts[1]?.end({ kind: "throttled" });
    await settle();
    expect(wakes.map(({ atMs }) => atMs)).toEqual([2_000]);
    await advance(1_000);
    expect(attempts.map(({ event }) => event.requestId)).toEqual(["a", "b", "b"]);
    attempts[2]?.end({ kind: "succeeded" });
    await settle();
    await advance(59_000);
    expect(attempts.at(-1)?.event).toMatchObject({ requestId: "a", failures: 1 });
  });

  it("keeps a function's attempts within its bound and lets other functions pass", async () => {
    const queue = startQueue();
    for (const id of ["a", "b", "c", "d"]) await queue.accept(eventOf(id));
    await queue.accept(eventOf("other", { functionName: "other" }));
    expect(attempts.map(({ event }) => event.requestId)).toEqual(["a", "b", "other"]);
    attempts[0]?.end({ kind: "succeeded" });
    await settle();
    expect(attempts.at(-1)?.event.requestId).toBe("c");
    expect(queue.size()).toBe(4);
  });

  it("loses nothing that was accepted when the process ends at any moment", async () => {
    const first = startQueue();
    await first.accept(eventOf("running"));
    await first.accept(eventOf("failed"));
    attempts[1]?.end({ kind: "failed" });
    await settle();
    // Nobody closes the first queue: its process is gone.
    attempts = [];
    wakes = [];
    const second = startQueue();
    await second.load();
    expect(attempts.map(({ event }) => event.requestId)).toEqual(["running"]);
    expect(second.size()).toBe(2);
    await advance(60_000);
    expect(attempts.at(-1)?.event).toMatchObject({ requestId: "failed", failures: 1 });
  });

  it("starts nothing more once it is closed, and keeps what waits", async () => {
    const queue = startQueue();
    for (const id of ["a", "b", "c"]) await queue.accept(eventOf(id));
    const closed = queue.close();
    for (const { end } of attempts) end({ kind: "succeeded" });
    await closed;
    expect(attempts.map(({ event }) => event.requestId)).toEqual(["a", "b"]);
    expect(await stored()).toBe(1);
  });

  it("keeps a payload that is longer than a record", async () => {
    const payload = JSON.stringify("\u{1f9f5}".repeat(200_000));
    await startQueue().accept(eventOf("long", { payload }));
    attempts = [];
    await startQueue().load();
    expect(attempts[0]?.event.payload === payload).toBe(true);
    attempts[0]?.end({ kind: "succeeded" });
    await settle();
    expect(await store.query(payloadsPartition, "")).toEqual([]);
  });

  it("removes pieces of a payload whose event was never acknowledged", async () => {
    const event = eventOf("torn", { payload: JSON.stringify("x".repeat(250_000)) });
    for (const piece of encodePayload(event)) await store.put(piece);
    await startQueue().load();
    expect(await store.query(payloadsPartition, "")).toEqual([]);
    expect(attempts).toEqual([]);
  });

  it("reads back what it wrote, whatever the payload", () => {
    fc.assert(
      fc.property(fc.json(), fc.option(fc.string({ minLength: 1 })), (payload, qualifier) => {
        const event = eventOf("r", { payload, qualifier });
        expect(decodeEvent(encodeEvent(event), new Map())).toEqual(event);
      }),
    );
  });
});
