import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { openWorkbench, until, type Workbench } from "../../test/workbench.ts";

let bench: Workbench;

afterEach(() => bench.close());

const linux = process.platform === "linux";

const TICKING = {
  "app.js": `let ticks = 0;
    setInterval(() => ticks++, 1);
    exports.handler = async () => ticks;`,
};

describe("freezing", () => {
  it("stops the process between invocations and lets it go on for the next", async () => {
    bench = await openWorkbench({ freeze: true });
    const target = bench.target(TICKING);
    const first = (await bench.invoke(target)).value as number;
    await new Promise((resolve) => setTimeout(resolve, 150));
    const second = (await bench.invoke(target)).value as number;
    // Timers that were due come once after the thaw, not once for every millisecond missed.
    expect(second - first).toBeLessThan(50);
  });

  it.skipIf(!linux)("shows in the state of the process", async () => {
    bench = await openWorkbench({ freeze: true });
    const target = bench.target(TICKING);
    await bench.invoke(target);
    const { pid } = bench.executor.describe()[0]!;
    const state = (): string | undefined => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1];
    await until(() => state() === "T");
    await bench.executor.prewarm(target, 1);
    expect(state()).toBe("T");
  });

  it("loses no invocation when they follow at once", async () => {
    bench = await openWorkbench({ freeze: true });
    const target = bench.target(TICKING, { timeoutSeconds: 5 });
    const callers = Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 100; i++) expect((await bench.invoke(target)).failed).toBe(false);
    });
    await Promise.all(callers);
  });

  it("ends frozen processes", async () => {
    bench = await openWorkbench({ freeze: true });
    const target = bench.target(TICKING);
    await bench.invoke(target);
    await bench.executor.retire(target.id);
    expect(bench.executor.describe()).toEqual([]);
  });
});
