import { expect, test } from "vitest";
import type { Child } from "./child.ts";
import { supervise } from "./supervisor.ts";

/** A part that ends when it is told to, and says how often it was started, and on which port. */
function fakePart(failures = 0) {
  const ports: (number | null)[] = [];
  const events: string[] = [];
  let end: (how: string) => void = () => {};
  const start = async (port: number | null): Promise<Child> => {
    ports.push(port);
    if (ports.length > 1 && failures-- > 0) throw new Error("not yet");
    const exited = new Promise<string>((resolve) => {
      end = resolve;
    });
    const url = "http://127.0.0.1:4100";
    const stop = async () => end("exit code 0");
    return { pid: ports.length, ready: { url }, exited, stop, kill: () => end("signal SIGKILL") };
  };
  const options = {
    start,
    onDown: (how: string) => events.push(`down: ${how}`),
    onUp: ({ pid }: Child) => events.push(`up: ${pid}`),
    onFailedStart: (error: unknown) => events.push(`failed: ${(error as Error).message}`),
  };
  return { options, ports, events, crash: () => end("signal SIGSEGV") };
}

test("starts a part again at the address that it had", async () => {
  const part = fakePart();
  const supervised = await supervise(part.options);
  expect(supervised.pid()).toBe(1);
  part.crash();
  await expect.poll(() => supervised.pid()).toBe(2);
  expect(part.ports).toEqual([null, 4100]);
  expect(part.events).toEqual(["down: signal SIGSEGV", "up: 2"]);
  await supervised.stop(100);
});

test("tries again when a start fails", async () => {
  const part = fakePart(1);
  const supervised = await supervise(part.options);
  part.crash();
  await expect.poll(() => supervised.pid(), { timeout: 3_000 }).toBe(3);
  expect(part.events).toEqual(["down: signal SIGSEGV", "failed: not yet", "up: 3"]);
  await supervised.stop(100);
});

test("does not start a part again that was stopped, and says nothing of it", async () => {
  const part = fakePart();
  const supervised = await supervise(part.options);
  await supervised.stop(100);
  expect([supervised.pid(), part.ports, part.events]).toEqual([null, [null], []]);
});

test("gives up a pending restart when it is stopped", async () => {
  const part = fakePart();
  const supervised = await supervise(part.options);
  part.crash();
  await expect.poll(() => part.events).toContain("down: signal SIGSEGV");
  await supervised.stop(100);
  expect(part.ports).toEqual([null]);
});

test("fails when the first start fails", async () => {
  const refused = new Error("refused");
  const { options } = fakePart();
  await expect(supervise({ ...options, start: () => Promise.reject(refused) })).rejects.toBe(refused);
});
