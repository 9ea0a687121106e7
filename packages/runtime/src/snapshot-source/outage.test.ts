import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleMesh, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Bed, startBed } from "../test-bed/bed.ts";

let bed: Bed;
let folder: string;
let snapshotPath: string;
const snapshot = sampleSnapshot(sampleMesh([sampleService("navigator")]));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-outage-"));
  snapshotPath = join(folder, "snapshot.json");
  await writeFile(snapshotPath, JSON.stringify(snapshot));
  bed = await startBed({ snapshot });
});

afterEach(async () => {
  await bed.close();
  await rm(folder, { recursive: true });
});

it("fails not one of 1,000 calls while control dies and new environments start", async () => {
  const meshes = [bed.mesh];
  let answered = 0;
  const caller = async (lane: number): Promise<void> => {
    for (let i = 0; i < 50; i++) {
      if (lane === 0 && i === 10) await bed.control.stop();
      if (i === 20) meshes.push(bed.another("dispatch", { snapshotPath }));
      bed.clock.offsetMs += 50;
      await meshes[(lane + i) % meshes.length]!.invoke("navigator", { lane, i });
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, lane) => caller(lane)));
  expect(answered).toBe(1000);
  expect(meshes.length).toBe(21);
});

it("takes the baked copy when control accepts the read at INIT and never answers", async () => {
  bed.control.behaviour = "hang";
  const waits: number[] = [];
  const later = (ms: number, run: () => void): (() => void) => {
    waits.push(ms);
    const timer = setImmediate(run);
    return () => clearImmediate(timer);
  };
  const mesh = bed.another("dispatch", { snapshotPath, ports: { later } });
  expect(await mesh.invoke("navigator", 1)).toBe(1);
  // Slices of the half second that a first call may wait for.
  expect(waits.slice(0, 4).reduce((sum, ms) => sum + ms, 0)).toBe(500);
});

it("keeps calling when control answers every read and report with a fault", async () => {
  await bed.mesh.ready();
  bed.control.behaviour = "broken";
  for (let i = 0; i < 20; i++) {
    bed.clock.offsetMs += 11_000;
    expect(await bed.mesh.invoke("navigator", i)).toBe(i);
    bed.mesh.flush();
  }
  expect(bed.warnings.length).toBe(1);
});

it("says what is wrong with its address of control and works without", async () => {
  const mesh = bed.another("dispatch", { control: "localhost:1234", snapshotPath });
  expect(await mesh.invoke("navigator", 1)).toBe(1);
  expect(bed.warnings).toMatchObject([{ message: "TULLE_CONTROL is not an http URL: localhost:1234" }]);
});
