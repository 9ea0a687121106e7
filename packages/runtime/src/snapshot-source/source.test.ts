import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InvocationMeta } from "@tulle/core/ports";
import type { Snapshot } from "@tulle/core/snapshot";
import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterEach, expect, it } from "vitest";
import { type Bed, startBed } from "../test-bed/bed.ts";
import type { SnapshotAnswer } from "../wire/control-client.ts";

let bed: Bed;
afterEach(() => bed.close());

/** Version n of a mesh in which navigator's qualifier is `v<n>`. */
function version(n: number): Snapshot {
  const revisions = [sampleRevision("stable", { qualifier: `v${n}` })];
  return sampleSnapshot(sampleMesh([sampleService("navigator", { revisions })]), n);
}

function meta(epoch: number | null = null): InvocationMeta {
  const deadlineMs = Date.now() + bed.clock.offsetMs + 60_000;
  return { requestId: "1", deadlineMs, invokedFunctionArn: "", clientContext: null, traceId: null, epoch };
}

/** The target that a call within a new invocation goes to. */
async function targetNow(epoch: number | null = null): Promise<string | null> {
  await bed.mesh.invocation(meta(epoch), () => bed.mesh.invoke("navigator"));
  return bed.lambda.seen.at(-1)!.qualifier;
}

async function withBaked<T>(content: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "tulle-baked-"));
  try {
    const path = join(folder, "snapshot.json");
    await writeFile(path, content);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it("reads at INIT, once, and serves without reading while the snapshot is young", async () => {
  bed = await startBed({ snapshot: version(1) });
  for (let i = 0; i < 5; i++) expect(await targetNow()).toBe("v1");
  expect(bed.control.reads).toBe(1);
});

it("reads in the background once the snapshot is half as old as it may be", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow();
  bed.control.snapshot = version(2);
  bed.clock.offsetMs = 6000;
  expect(await targetNow()).toBe("v1");
  await expect.poll(() => bed.mesh.snapshot()?.version).toBe(2);
  expect(await targetNow()).toBe("v2");
});

it("joins one read at the first call when the snapshot is too old, as after a thaw", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow();
  bed.control.snapshot = version(2);
  bed.clock.offsetMs = 40 * 60_000;
  expect(await targetNow()).toBe("v2");
  expect(bed.control.reads).toBe(2);
});

it("reads again when the clock was set back", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow();
  bed.control.snapshot = version(2);
  bed.clock.offsetMs = -3_600_000;
  expect(await targetNow()).toBe("v2");
  expect(await targetNow()).toBe("v2");
  expect(bed.control.reads).toBe(2);
});

it("reads at once when the platform has heard of a newer version, and not while it has not", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow(1);
  bed.control.snapshot = version(2);
  expect(await targetNow(1)).toBe("v1");
  expect(await targetNow(2)).toBe("v2");
  bed.clock.offsetMs = 9000;
  expect(await targetNow(2)).toBe("v2");
  expect(bed.control.reads).toBe(2);
});

it("asks once, and not at every invocation, for a version that control does not have", async () => {
  bed = await startBed({ snapshot: version(1) });
  for (let i = 0; i < 5; i++) expect(await targetNow(50)).toBe("v1");
  expect(bed.control.reads).toBe(2);
});

it("holds a call up for no longer than the bound when control hangs, and only once", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow();
  bed.control.behaviour = "hang";
  bed.clock.offsetMs = 20_000;
  const started = performance.now();
  expect(await targetNow()).toBe("v1");
  const firstMs = performance.now() - started;
  expect(firstMs).toBeGreaterThanOrEqual(19);
  const fresh = bed.mesh.plane.fresh();
  expect(fresh).toBeNull();
});

it("makes a new read after a thaw where a freeze had caught one on its way", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow(1);
  bed.control.behaviour = "hang";
  // The call gives up on the read, answers, and the environment freezes.
  expect(await targetNow(2)).toBe("v1");
  bed.control.snapshot = version(2);
  bed.control.behaviour = "ok";
  bed.clock.offsetMs = 40 * 60_000;
  expect(await targetNow(2)).toBe("v2");
});

it("does not take a read that a freeze has broken for a control that is down", async () => {
  let fail: (reason: Error) => void = () => {};
  let stopped = false;
  let snapshot = version(1);
  const fetchSnapshot = async (): Promise<SnapshotAnswer> => {
    if (stopped) await new Promise((_resolve, reject) => (fail = reject));
    return { kind: "snapshot", snapshot, tag: null };
  };
  bed = await startBed({ snapshot, options: { fetchSnapshot } });
  await targetNow(1);
  stopped = true;
  expect(await targetNow(2)).toBe("v1");
  stopped = false;
  snapshot = version(2);
  bed.clock.offsetMs = 40 * 60_000;
  // Timers that were due come before anything else after a thaw: the read times out.
  fail(new Error("timeout"));
  await new Promise((resolve) => setImmediate(resolve));
  expect(await targetNow(2)).toBe("v2");
  expect(bed.warnings).toEqual([]);
});

it("counts a call that goes on with old news because a read took too long", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow(1);
  bed.control.behaviour = "hang";
  expect(await targetNow(2)).toBe("v1");
  bed.control.behaviour = "ok";
  const counted = (): number =>
    bed.control.reports.reduce((sum, one) => sum + (one.counters["snapshotStale"] ?? 0), 0);
  await expect
    .poll(
      () => {
        bed.clock.offsetMs += 2000;
        bed.mesh.flush();
        return counted();
      },
      { timeout: 5000 },
    )
    .toBeGreaterThan(0);
});

it("goes on with the last known snapshot when control is down, counts it, and says it once", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow();
  await bed.control.stop();
  for (let i = 1; i <= 5; i++) {
    bed.clock.offsetMs = i * 30_000;
    expect(await targetNow()).toBe("v1");
  }
  const down = bed.warnings.filter((line) => String(line["message"]).startsWith("control cannot be read"));
  expect(down.length).toBe(1);

  await bed.control.start();
  bed.control.snapshot = version(2);
  bed.clock.offsetMs = 10 * 60_000;
  await expect.poll(() => targetNow()).toBe("v2");
  expect(bed.warnings.at(-1)).toEqual({
    level: "warn",
    source: "tulle",
    message: "control is reachable again",
  });
  const counted = (): number =>
    bed.control.reports.reduce((sum, one) => sum + (one.counters["controlUnreachable"] ?? 0), 0);
  await expect
    .poll(() => {
      bed.clock.offsetMs += 2000;
      bed.mesh.flush();
      return counted();
    })
    .toBe(5);
});

it("starts from the baked copy when control is down at INIT, and moves on when it can", async () => {
  bed = await startBed({ snapshot: version(3) });
  await bed.control.stop();
  await withBaked(JSON.stringify(version(2)), async (snapshotPath) => {
    const mesh = bed.another("dispatch", { snapshotPath });
    await mesh.invoke("navigator");
    expect(bed.lambda.seen.at(-1)!.qualifier).toBe("v2");
    await bed.control.start();
    bed.clock.offsetMs = 20_000;
    await mesh.invoke("navigator");
    expect(bed.lambda.seen.at(-1)!.qualifier).toBe("v3");
  });
});

it("does not look at the baked copy when control answers", async () => {
  bed = await startBed({ snapshot: version(3) });
  await withBaked(JSON.stringify(version(99)), async (snapshotPath) => {
    const mesh = bed.another("dispatch", { snapshotPath });
    await mesh.ready();
    expect(mesh.snapshot()?.version).toBe(3);
  });
});

it.each([
  ["is not JSON", "{"],
  ["is of a format that it does not know", JSON.stringify({ ...version(2), format: 99 })],
])("says so and has no snapshot when the baked copy %s", async (_what, content) => {
  bed = await startBed({ snapshot: version(3) });
  await withBaked(content, async (snapshotPath) => {
    const mesh = bed.another("dispatch", { snapshotPath, fetchSnapshot: null });
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2011" });
    expect(bed.warnings).toMatchObject([{ message: expect.stringContaining("baked in") }]);
  });
});

it("says that there is no snapshot before the first publish, and has one after it", async () => {
  bed = await startBed({ snapshot: null });
  await expect(bed.mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2011" });
  bed.control.snapshot = version(1);
  expect(await targetNow(1)).toBe("v1");
});

it("keeps what it has when control answers with something that is no snapshot", async () => {
  bed = await startBed({ snapshot: version(1) });
  await targetNow();
  bed.control.snapshot = { ...version(2), format: 7 } as unknown as Snapshot;
  expect(await targetNow(2)).toBe("v1");
  expect(bed.warnings).toMatchObject([{ message: expect.stringContaining("format 7") }]);
});

it("carries an open circuit over to the next snapshot", async () => {
  let healthy = false;
  bed = await startBed({
    snapshot: version(1),
    reply: () =>
      healthy ? { kind: "answer", value: 1 } : { kind: "functionError", errorType: "Runtime.ExitError" },
  });
  for (let i = 0; i < 4; i++) await bed.mesh.invoke("navigator").catch(() => {});
  healthy = true;
  bed.control.snapshot = version(2);
  await expect(targetNow(2)).rejects.toMatchObject({ code: "TULLE2002" });
  expect(bed.mesh.snapshot()?.version).toBe(2);
});

it("swaps a snapshot between two calls and never inside one", async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let attempts = 0;
  bed = await startBed({
    snapshot: version(1),
    reply: async () => {
      attempts += 1;
      if (attempts > 1) return { kind: "answer", value: 1 };
      await gate;
      return { kind: "platformError", status: 429, code: "TooManyRequestsException" };
    },
  });
  const call = bed.mesh.invoke("navigator");
  await expect.poll(() => attempts).toBe(1);
  bed.control.snapshot = version(2);
  bed.mesh.noteEpoch(2);
  await bed.mesh.ready();
  expect(bed.mesh.snapshot()?.version).toBe(2);
  release();
  await call;
  expect(bed.lambda.seen.map((one) => one.qualifier)).toEqual(["v1", "v1"]);
});
