import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Alarm } from "./alarm.ts";

let rings = 0;
let alarm: Alarm;

beforeEach(() => {
  vi.useFakeTimers();
  rings = 0;
  alarm = new Alarm(() => {
    rings += 1;
  });
});

afterEach(() => {
  alarm.close();
  vi.useRealTimers();
});

it("rings once, when its time has come", () => {
  alarm.set(100);
  vi.advanceTimersByTime(99);
  expect(rings).toBe(0);
  vi.advanceTimersByTime(1);
  expect(rings).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(rings).toBe(1);
});

it("does not ring when it was lifted", () => {
  alarm.set(100);
  alarm.clear();
  vi.advanceTimersByTime(1000);
  expect(rings).toBe(0);
});

it("rings by the latest setting, be it later or sooner", () => {
  alarm.set(100);
  vi.advanceTimersByTime(60);
  alarm.clear();
  alarm.set(100);
  vi.advanceTimersByTime(99);
  expect(rings).toBe(0);
  vi.advanceTimersByTime(1);
  expect(rings).toBe(1);
  alarm.set(1000);
  alarm.set(10);
  vi.advanceTimersByTime(10);
  expect(rings).toBe(2);
});

it("keeps one timer however often it is set and lifted, and none when it is closed", () => {
  for (let i = 0; i < 100; i++) {
    alarm.set(500);
    alarm.clear();
  }
  expect(vi.getTimerCount()).toBe(1);
  alarm.close();
  expect(vi.getTimerCount()).toBe(0);
});
