import { expect, it } from "vitest";
import { startLimit } from "./limit.ts";

/** Waits for a limit while the event loop is blocked once; milliseconds until it struck. */
function struckAfterMs(limitMs: number, patient: boolean, blockedMs: number): Promise<number> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    startLimit(limitMs, patient, () => resolve(performance.now() - startedMs));
    while (performance.now() - startedMs < blockedMs);
  });
}

it("counts a blocked event loop as one slice when it is patient", async () => {
  const [strict, patient] = [await struckAfterMs(100, false, 300), await struckAfterMs(100, true, 300)];
  expect(strict).toBeLessThan(patient);
  expect(patient).toBeGreaterThanOrEqual(300 + 70);
});

it("does not strike once it was released, and has no timer where there is no bound", async () => {
  let struck = 0;
  const strike = (): void => void struck++;
  for (const limitMs of [1, Number.POSITIVE_INFINITY]) startLimit(limitMs, false, strike)();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(struck).toBe(0);
});
