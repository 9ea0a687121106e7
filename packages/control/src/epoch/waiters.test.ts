import { createVirtualClock } from "@tulle/testkit/clock";
import { beforeEach, expect, it } from "vitest";
import { createWaiters, type Waiters } from "./waiters.ts";

let version: number;
let clock: ReturnType<typeof createVirtualClock>;
let waiters: Waiters;
beforeEach(() => {
  version = 1;
  clock = createVirtualClock();
  waiters = createWaiters({ version: () => version, sleep: clock.sleep, limit: 3, limitPerCaller: 2 });
});

it("answers at once when there is a newer version, or nothing to wait for", async () => {
  expect(await waiters.wait({ after: 0, waitMs: 60_000 })).toBe(1);
  expect(await waiters.wait({ after: 1, waitMs: 0 })).toBe(1);
  expect(clock.sleepers()).toBe(0);
});

it("wakes exactly those for whom the version is news", async () => {
  const behind = waiters.wait({ after: 1, waitMs: 60_000 });
  const ahead = waiters.wait({ after: 5, waitMs: 60_000 });
  version = 2;
  waiters.wake();
  expect(await behind).toBe(2);
  expect(waiters.size).toBe(1);
  await clock.advance(60_000);
  expect(await ahead).toBe(2);
  expect(waiters.size).toBe(0);
});

it("answers with the old version after the wait", async () => {
  const waiting = waiters.wait({ after: 1, waitMs: 5_000 });
  await clock.advance(5_000);
  expect(await waiting).toBe(1);
});

it("forgets who goes away, and who was gone before", async () => {
  const controller = new AbortController();
  const waiting = waiters.wait({ after: 1, waitMs: 60_000, signal: controller.signal });
  controller.abort();
  expect(await waiting).toBe(1);
  expect(await waiters.wait({ after: 1, waitMs: 60_000, signal: controller.signal })).toBe(1);
  expect([waiters.size, clock.sleepers()]).toEqual([0, 0]);
});

it("refuses more than it has room for, and has room again", async () => {
  const waiting = [1, 2, 3].map(() => waiters.wait({ after: 1, waitMs: 10 }));
  await expect(waiters.wait({ after: 1, waitMs: 10 })).rejects.toMatchObject({ code: "TULLE4111" });
  await clock.advance(10);
  await Promise.all(waiting);
  const next = waiters.wait({ after: 1, waitMs: 10 });
  expect(waiters.size).toBe(1);
  waiters.close();
  expect(await next).toBe(1);
  expect(await waiters.wait({ after: 1, waitMs: 60_000 })).toBe(1);
});

it("lets one caller hold only its share, and counts it again when a wait has ended", async () => {
  const ofFront = () => waiters.wait({ caller: "front", after: 1, waitMs: 10 });
  const waiting = [ofFront(), ofFront()];
  await expect(ofFront()).rejects.toMatchObject({
    code: "TULLE4111",
    message: expect.stringContaining("front"),
  });
  const other = waiters.wait({ caller: "gateway/edge", after: 1, waitMs: 10 });
  await clock.advance(10);
  await Promise.all([...waiting, other]);
  const again = ofFront();
  await clock.advance(10);
  expect(await again).toBe(1);
});
