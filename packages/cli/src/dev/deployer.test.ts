import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type MeshFile, normalizeMesh } from "@tulle/core/model";
import type { DeploySpec } from "@tulle/platform";
import { afterAll, expect, test } from "vitest";
import { type DeployerOptions, deployRevisions, localRevisions } from "./deployer.ts";
import { functionEnvironment, standInEndpoints, type Wiring } from "./function-environment.ts";

const folder = mkdtempSync(join(tmpdir(), "tulle-deployer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const name of ["a.ts", "b.mts", "old.ts"]) writeFileSync(join(folder, name), "");

const file: MeshFile = {
  version: 1,
  mesh: "m",
  services: {
    split: {
      backend: { function: "split-function" },
      local: { handler: "a.ts" },
      revisions: [
        { name: "latest", weight: 10 },
        { name: "stable", alias: "stable", weight: 80, local: { handler: "old.ts" } },
        { name: "fixed", version: "3", weight: 10 },
      ],
    },
    plain: { backend: { function: "plain-function", alias: "live" }, local: { handler: "b.mts" } },
    remote: { backend: { function: "remote-function" } },
  },
};

const wiring: Wiring = {
  controlUrl: "http://127.0.0.1:1",
  preloadFile: "/pre load.cjs",
  token: "split.mac",
  snapshotFile: "/split.json",
  endpoints: { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:2" },
};

test("takes every revision that has a local run, $LATEST of a function last", () => {
  const revisions = localRevisions(normalizeMesh(file), folder);
  expect(revisions.map(({ functionName, revision }) => `${functionName}:${revision.qualifier}`)).toEqual([
    "split-function:stable",
    "split-function:3",
    "split-function:null",
    "plain-function:live",
  ]);
});

test("says which service's handler is missing", () => {
  const { plain } = file.services!;
  const missing = { ...file, services: { plain: { ...plain!, local: { handler: "absent.ts" } } } };
  expect(() => localRevisions(normalizeMesh(missing), folder)).toThrow(
    expect.objectContaining({ code: "TULLE6013", context: expect.objectContaining({ service: "plain" }) }),
  );
});

/** A platform that remembers what it was asked for. */
function recorder(zips: Readonly<Record<string, Uint8Array>>) {
  const specs: DeploySpec[] = [];
  const options: DeployerOptions = {
    platform: {
      deploy: async (spec) => {
        specs.push(spec);
        const { functionName } = spec;
        return { functionName, functionArn: "", version: "1", codeSha256: "", changed: true };
      },
    },
    bundler: { zipOf: async (path) => zips[basename(path)] ?? null },
    wiringOf: () => wiring,
    standing: new Map(),
  };
  return { specs, options };
}

const revisions = localRevisions(normalizeMesh(file), folder);

test("points an alias for a name and none for a number", async () => {
  const { specs, options } = recorder({ "a.ts": Buffer.from("zip") });
  await deployRevisions(revisions, options);
  const seen = specs.map(({ functionName, alias, handler, code }) =>
    [functionName, alias ?? "none", handler, code.kind].join(" "),
  );
  expect(seen.sort()).toEqual([
    "plain-function live b.handler source",
    "split-function none a.handler zip",
    "split-function none a.handler zip",
    "split-function stable old.handler source",
  ]);
});

test("leaves alone what stands already, and brings what has changed", async () => {
  const zips: Record<string, Uint8Array> = {
    "a.ts": Buffer.from("a"),
    "old.ts": Buffer.from("old"),
    "b.mts": Buffer.from("b"),
  };
  const { specs, options } = recorder(zips);
  await deployRevisions(revisions, options);
  expect(specs).toHaveLength(4);
  expect(await deployRevisions(revisions, options)).toEqual([]);
  zips["b.mts"] = Buffer.from("another b");
  const again = await deployRevisions(revisions, options);
  expect(again.map(({ service }) => service)).toEqual(["plain"]);
});

test("brings $LATEST back when another revision of its function was deployed before it", async () => {
  const zips: Record<string, Uint8Array> = { "a.ts": Buffer.from("a"), "old.ts": Buffer.from("old") };
  const { options } = recorder(zips);
  const split = revisions.filter(({ service }) => service === "split");
  await deployRevisions(split, options);
  zips["old.ts"] = Buffer.from("older");
  const again = await deployRevisions(split, options);
  expect(again.map(({ revision }) => revision.name)).toEqual(["stable", "latest"]);
});

test("wires a function and lets a user's variables stand, but not in our place", () => {
  const local = normalizeMesh(file).services["split"]!.local!;
  const environment = { NODE_OPTIONS: "--enable-source-maps", TULLE_SERVICE: "other", MINE: "1" };
  expect(functionEnvironment("split", { ...local, environment }, wiring)).toEqual({
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:2",
    MINE: "1",
    TULLE_SERVICE: "split",
    TULLE_CONTROL: "http://127.0.0.1:1",
    TULLE_TOKEN: "split.mac",
    TULLE_SNAPSHOT: "/split.json",
    NODE_OPTIONS: '-r "/pre load.cjs" --enable-source-maps',
  });
});

test("hands on the endpoints of stand-ins, and never Lambda's", () => {
  const env = {
    AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:3",
    AWS_ENDPOINT_URL_LAMBDA: "http://127.0.0.1:4",
    AWS_ENDPOINT_URL_S3: "",
    AWS_REGION: "r",
  };
  expect(standInEndpoints(env)).toEqual({ AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:3" });
});
