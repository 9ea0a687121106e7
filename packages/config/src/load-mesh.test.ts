import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMeshFile } from "./find-mesh-file.ts";
import { loadMesh } from "./load-mesh.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(name: string, text: string, environment?: string) {
  const path = join(folder, name);
  await writeFile(path, text);
  return loadMesh({ path, ...(environment !== undefined && { environment }) });
}

const mesh = `version: 1
mesh: fleet
services:
  dispatch:
    backend: { function: fleet-dispatch, alias: live }
    uses: [navigator]
  navigator:
    backend: { function: fleet-navigator }
    allow: [dispatch]
    revisions:
      - { name: stable, alias: stable, weight: 90 }
      - name: canary
        alias: canary
        weight: 10
environments:
  prod:
    services:
      navigator: { idempotent: true, timeouts: { request: 2s } }
  broken:
    services:
      navigator: { uses: [maps] }
`;

describe("loadMesh", () => {
  it("reads a file into its normal form", async () => {
    const loaded = await load("tulle.yaml", mesh);
    expect(loaded.findings).toEqual([]);
    expect(loaded.files).toEqual([join(folder, "tulle.yaml")]);
    expect(loaded.baseFolder).toBe(folder);
    expect(loaded.ok && loaded.config.services["navigator"]!.revisions.map(({ weight }) => weight)).toEqual([
      9_000, 1_000,
    ]);
  });

  it("reads this repository's example, in all its environments, without a finding", async () => {
    const path = fileURLToPath(new URL("../../../examples/robot-fleet/tulle.yaml", import.meta.url));
    const loaded = await loadMesh({ path });
    expect(loaded.findings).toEqual([]);
    const environments = loaded.ok ? Object.keys(loaded.authored.environments ?? {}) : [];
    for (const environment of environments)
      expect((await loadMesh({ path, environment })).findings).toEqual([]);
    expect(loaded.ok).toBe(true);
  });

  it("reads JSON", async () => {
    const loaded = await load("tulle.json", '{ "version": 1, "mesh": "fleet" }');
    expect(loaded.ok && loaded.config.mesh).toBe("fleet");
  });

  it("applies the environment last, and places what it changes in the patch", async () => {
    const loaded = await load("tulle.yaml", mesh, "prod");
    expect(loaded.ok && loaded.config.services["navigator"]).toMatchObject({
      idempotent: true,
      timeouts: { requestMs: 2_000 },
      backend: { functionName: "fleet-navigator" },
    });
    expect(loaded.findLocation(["services", "navigator", "timeouts", "request"])).toMatchObject({
      line: 18,
      column: 59,
    });
    expect(loaded.findLocation(["services", "navigator", "backend", "function"])).toMatchObject({
      line: 8,
      column: 26,
    });
  });

  it("reports what an environment breaks at the patch", async () => {
    const loaded = await load("tulle.yaml", mesh, "broken");
    expect(loaded.ok).toBe(false);
    expect(loaded.findings).toMatchObject([
      { code: "TULLE1203", location: { line: 21, column: 27, length: 4 } },
    ]);
  });

  it("refuses an environment that is not declared", async () => {
    const { findings } = await load("tulle.yaml", mesh, "prodd");
    expect(findings).toMatchObject([
      { code: "TULLE1018", remedy: 'did you mean "prod"?', location: { line: 15, column: 1 } },
    ]);
    const none = await load("none.yaml", "version: 1\nmesh: m\n", "prod");
    expect(none.findings).toMatchObject([{ code: "TULLE1018", remedy: "none is declared" }]);
  });

  it("finds mistakes in environments that nobody chose", async () => {
    const { findings } = await load(
      "env.yaml",
      "version: 1\nmesh: m\nenvironments: { prod: { servces: {} } }\n",
    );
    expect(findings).toMatchObject([
      { code: "TULLE1002", remedy: 'did you mean "services"?', location: { line: 3, column: 25, length: 7 } },
    ]);
  });

  it("tells one mistake in a chosen environment once", async () => {
    const text = "version: 1\nmesh: m\nenvironments: { prod: { mode: strict } }\n";
    const { findings } = await load("env.yaml", text, "prod");
    expect(findings).toMatchObject([{ code: "TULLE1103", location: { line: 3, column: 31 } }]);
  });

  it("gives warnings with a good configuration", async () => {
    const loaded = await load("warn.yaml", "version: 1\nmesh: m\ntelemetry: {}\n");
    expect(loaded.ok).toBe(true);
    expect(loaded.findings).toMatchObject([
      { code: "TULLE1601", severity: "warning", location: { line: 3 } },
    ]);
  });

  it("gives findings from elsewhere their places", async () => {
    const loaded = await load("tulle.yaml", mesh);
    const path = ["services", "dispatch", "uses", 0];
    const finding = { code: "TULLE1203", severity: "error", path, at: "value", message: "x" } as const;
    expect(loaded.locate([finding])).toMatchObject([{ location: { line: 6, column: 12 } }]);
  });
});

describe("findMeshFile", () => {
  it("finds the root file of a folder, YAML first", async () => {
    const own = await mkdtemp(join(folder, "find-"));
    expect(await findMeshFile(own)).toBe(null);
    expect(await findMeshFile(join(own, "absent"))).toBe(null);
    await writeFile(join(own, "tulle.config.ts"), "");
    expect(await findMeshFile(own)).toBe(join(own, "tulle.config.ts"));
    await writeFile(join(own, "tulle.yaml"), "");
    expect(await findMeshFile(own)).toBe(join(own, "tulle.yaml"));
  });
});
