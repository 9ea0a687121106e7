import { createMemoryStore } from "@tulle/store";
import { createVirtualClock } from "@tulle/testkit/clock";
import { expect, it } from "vitest";
import { createControl } from "./control.ts";

it("rolls reports up every two seconds, not with every tick, and when it is closed", async () => {
  const clock = createVirtualClock();
  const store = createMemoryStore({ nowMs: clock.nowMs });
  const control = await createControl({ store, key: new Uint8Array(32), ...clock });
  const countAfterRollUp = async () => (await store.query("edge", ""))[0]?.fields["fallbacks"];
  let sequence = 0;
  const report = () => {
    const edge = {
      service: "a",
      revision: "v1",
      outcomes: {},
      refusals: {},
      fallbacks: 1,
      retries: 0,
      latency: {},
    };
    const header = { format: 1, caller: "b", environmentId: "e", sequence: ++sequence, snapshotVersion: 0 };
    control.report({ ...header, edges: [edge], events: [], counters: {} }, { kind: "operator" });
  };
  for (const expected of [undefined, undefined, undefined, 4, 4]) {
    report();
    await control.tick();
    expect(await countAfterRollUp()).toBe(expected);
    clock.jump(700);
  }
  await control.close();
  expect(await countAfterRollUp()).toBe(5);
});

it("refuses a report in another caller's name", async () => {
  const control = await createControl({ store: createMemoryStore(), key: new Uint8Array(32) });
  const report = {
    format: 1,
    caller: "b",
    environmentId: "e",
    sequence: 1,
    snapshotVersion: 0,
    edges: [],
    events: [],
    counters: {},
  };
  expect(() => control.report(report, { kind: "caller", caller: "a" })).toThrow(
    expect.objectContaining({ code: "TULLE4108" }),
  );
  expect(control.environments()).toEqual([]);
  control.report(report, { kind: "caller", caller: "b" });
  expect(control.environments()).toHaveLength(1);
});
