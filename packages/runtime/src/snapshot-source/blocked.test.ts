import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InvocationMeta } from "@tulle/core/ports";
import type { Snapshot } from "@tulle/core/snapshot";
import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterEach, expect, it } from "vitest";
import { type Bed, startBed } from "../test-bed/bed.ts";

let bed: Bed;
afterEach(() => bed.close());

/** Version n of a mesh in which navigator's qualifier is `v<n>`. */
function version(n: number): Snapshot {
  const revisions = [sampleRevision("stable", { qualifier: `v${n}` })];
  return sampleSnapshot(sampleMesh([sampleService("navigator", { revisions })]), n);
}

function meta(): InvocationMeta {
  const deadlineMs = Date.now() + bed.clock.offsetMs + 60_000;
  return {
    requestId: "1",
    deadlineMs,
    invokedFunctionArn: "",
    clientContext: null,
    traceId: null,
    epoch: null,
  };
}

/** What a heavy bundle does while it loads. */
function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

it("takes control's answer at INIT although the event loop was blocked beyond the bound", async () => {
  bed = await startBed({ snapshot: version(1) });
  const mesh = bed.another("dispatch");
  block(1200);
  await mesh.invoke("navigator");
  expect(bed.lambda.seen.at(-1)!.qualifier).toBe("v1");
  expect(bed.warnings).toEqual([]);
});

it("takes the answer of a joined read although the handler blocked beyond the bound", async () => {
  bed = await startBed({ snapshot: version(1) });
  await bed.mesh.invocation(meta(), () => bed.mesh.invoke("navigator"));
  bed.control.snapshot = version(2);
  bed.clock.offsetMs = 40 * 60_000;
  await bed.mesh.invocation(meta(), async () => {
    block(100);
    await bed.mesh.invoke("navigator");
  });
  expect(bed.lambda.seen.at(-1)!.qualifier).toBe("v2");
});

it("serves the baked copy when control hangs, however long the event loop was blocked", async () => {
  bed = await startBed({ snapshot: version(3) });
  bed.control.behaviour = "hang";
  const folder = await mkdtemp(join(tmpdir(), "tulle-blocked-"));
  try {
    const snapshotPath = join(folder, "snapshot.json");
    await writeFile(snapshotPath, JSON.stringify(version(2)));
    const mesh = bed.another("dispatch", { snapshotPath });
    block(800);
    await mesh.invoke("navigator");
    expect(bed.lambda.seen.at(-1)!.qualifier).toBe("v2");
  } finally {
    await rm(folder, { recursive: true });
  }
});
