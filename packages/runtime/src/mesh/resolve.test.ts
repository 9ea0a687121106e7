import type { ConstellationConfig } from "@tulle/core/model";
import {
  sampleMesh,
  sampleResource,
  sampleRevision,
  sampleService,
  sampleSnapshot,
} from "@tulle/testkit/mesh";
import { afterEach, expect, it } from "vitest";
import { type Bed, startBed } from "../test-bed/bed.ts";

let bed: Bed;
afterEach(() => bed.close());

const blue: ConstellationConfig = {
  name: "blue",
  services: { navigator: "next" },
  resources: { robots: "table-robots-blue" },
  fallThrough: "base",
};
const strict: ConstellationConfig = { name: "strict", services: {}, resources: {}, fallThrough: "refuse" };

async function start(mode: "enforce" | "off" = "enforce"): Promise<Bed> {
  const revisions = [sampleRevision("stable"), sampleRevision("next", { weight: 0 })];
  const config = sampleMesh([sampleService("navigator", { revisions })], {
    mode,
    resources: {
      robots: sampleResource("robots"),
      secret: sampleResource("secret", { allow: [] }),
    },
    constellations: { blue, strict },
  });
  bed = await startBed({ snapshot: sampleSnapshot(config) });
  return bed;
}

it("gives the function and qualifier behind a service, and the physical name of a resource", async () => {
  const { mesh } = await start();
  expect(await mesh.resolve("navigator")).toEqual({
    kind: "function",
    functionName: "fn-navigator",
    qualifier: "stable",
    service: "navigator",
    revision: "stable",
  });
  expect(await mesh.resolve("robots")).toEqual({
    kind: "resource",
    resource: "dynamodb.table",
    physical: "table-robots",
  });
});

it("follows the request's constellation, and falls through or refuses as that says", async () => {
  const { mesh } = await start();
  await mesh.within({ constellation: "blue" }, async () => {
    expect(await mesh.resolve("navigator")).toMatchObject({ revision: "next" });
    expect(await mesh.resolve("robots")).toMatchObject({ physical: "table-robots-blue" });
  });
  await mesh.within({ constellation: "strict" }, async () => {
    await expect(mesh.resolve("robots")).rejects.toMatchObject({ code: "TULLE2006" });
    await expect(mesh.resolve("navigator")).rejects.toMatchObject({ code: "TULLE2006" });
  });
});

it("refuses what the caller may not use and what nobody declared", async () => {
  const { mesh } = await start();
  await expect(mesh.resolve("secret")).rejects.toMatchObject({ code: "TULLE2001" });
  for (const name of ["nothing", "constructor", "__proto__"]) {
    await expect(mesh.resolve(name)).rejects.toMatchObject({ code: "TULLE2007" });
  }
});

it("still resolves when the mesh is switched off", async () => {
  const { mesh } = await start("off");
  expect(await mesh.resolve("navigator")).toMatchObject({
    functionName: "fn-navigator",
    qualifier: "stable",
  });
  expect(await mesh.resolve("secret")).toMatchObject({ physical: "table-secret" });
});
