import { expect, it } from "vitest";
import { createVirtualClock } from "./virtual-clock.ts";

it("wakes sleepers in the order of their deadlines, each at its own moment", async () => {
  const clock = createVirtualClock(0);
  const woken: string[] = [];
  for (const ms of [30, 10, 20]) {
    void clock.sleep(ms).then(() => woken.push(`${ms} at ${clock.nowMs()}`));
  }
  await clock.advance(25);
  expect(woken).toEqual(["10 at 10", "20 at 20"]);
  expect(clock.nowMs()).toBe(25);
  expect(clock.sleepers()).toBe(1);
});

it("lets a woken sleeper sleep again within one advance", async () => {
  const clock = createVirtualClock(0);
  let rounds = 0;
  void (async () => {
    for (; rounds < 3; rounds++) await clock.sleep(10);
  })();
  await clock.advance(35);
  expect(rounds).toBe(3);
});

it("wakes nobody on a jump", async () => {
  const clock = createVirtualClock(0);
  let awake = false;
  void clock.sleep(10).then(() => {
    awake = true;
  });
  clock.jump(3_600_000);
  await Promise.resolve();
  expect(awake).toBe(false);
  await clock.advance(0);
  expect(awake).toBe(true);
});

it("rejects a sleep with the reason of its signal", async () => {
  const clock = createVirtualClock(0);
  const controller = new AbortController();
  const sleep = clock.sleep(10, controller.signal);
  controller.abort("enough");
  await expect(sleep).rejects.toBe("enough");
  expect(clock.sleepers()).toBe(0);
  await expect(clock.sleep(10, controller.signal)).rejects.toBe("enough");
});
