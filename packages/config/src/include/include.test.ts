import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Limits } from "../limits.ts";
import { loadMesh } from "../load-mesh.ts";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tulle-include-")));
});
afterEach(() => rm(folder, { recursive: true }));

async function load(files: Readonly<Record<string, string>>, limits: Partial<Limits> = {}) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return loadMesh({ path: join(folder, "tulle.yaml"), limits });
}

/** Findings as `CODE file:line:column message [related file:line]`. */
function brief({ findings }: Awaited<ReturnType<typeof load>>): readonly string[] {
  return findings.map(({ code, location, message, related }) => {
    const others =
      related?.map((other) => ` [${nameOf(other.location?.file)}:${other.location?.line}]`).join("") ?? "";
    const place = `${nameOf(location?.file)}:${location?.line}:${location?.column}`;
    return `${code} ${place} ${message.replaceAll(`${folder}/`, "")}${others}`;
  });
}

function nameOf(file: string | undefined): string {
  return file === undefined ? "" : relative(folder, file);
}

const root = (include: string) => `version: 1\nmesh: fleet\ninclude: [${include}]\n`;
const team = (name: string) => `services:\n  ${name}:\n    backend: { function: fleet-${name} }\n`;

describe("include", () => {
  it("joins the files of teams into one mesh", async () => {
    const loaded = await load({
      "tulle.yaml": `${root('"services/*/tulle.yaml", shared.yaml')}${team("dispatch")}`,
      "services/navigator/tulle.yaml": team("navigator"),
      "services/charging/tulle.yaml": team("charging"),
      "services/notes.txt": "not matched",
      "shared.yaml": "policies: { timeouts: { fast: { request: 1s } } }\nversion: 1\nmesh: fleet\n",
    });
    expect(brief(loaded)).toEqual([]);
    expect(loaded.files.map(nameOf)).toEqual([
      "tulle.yaml",
      "services/charging/tulle.yaml",
      "services/navigator/tulle.yaml",
      "shared.yaml",
    ]);
    expect(loaded.ok && Object.keys(loaded.config.services)).toEqual(["dispatch", "charging", "navigator"]);
  });

  it("places findings in the file that they come from", async () => {
    const loaded = await load({
      "tulle.yaml": root("a.yaml"),
      "a.yaml": "services:\n  a: { backend: { function: f }, uses: [mpas] }\n",
    });
    expect(brief(loaded)).toEqual(['TULLE1203 a.yaml:2:41 service or resource "mpas" is not declared']);
  });

  it("lists routes one file after the other, and joins patches of one environment", async () => {
    const loaded = await load({
      "tulle.yaml": `${root("a.yaml")}${team("a")}routes:
  - { service: a, matches: [{ context: { x: "1" } }], to: [{ revision: stable }] }
environments: { prod: { services: { a: { idempotent: true } } } }\n`,
      "a.yaml": `routes: [{ service: a, to: [{ revision: stable }] }]
environments: { prod: { services: { a: { mode: observe } } } }\n`,
    });
    expect(loaded.ok && loaded.config.routes.map(({ matches }) => matches.length)).toEqual([1, 0]);
    const prod = await loadMesh({ path: join(folder, "tulle.yaml"), environment: "prod" });
    expect(prod.ok && prod.config.services["a"]).toMatchObject({ idempotent: true, mode: "observe" });
  });

  it("refuses what two files declare, and shows both places", async () => {
    const loaded = await load({
      "tulle.yaml": `${root("a.yaml, b.yaml")}defaults: { mode: observe }\n`,
      "a.yaml": team("navigator"),
      "b.yaml": `mesh: other\ndefaults: { mode: off }\n${team("navigator")}`,
    });
    expect(brief(loaded)).toEqual([
      "TULLE1015 b.yaml:1:1 mesh is declared twice [tulle.yaml:2]",
      "TULLE1015 b.yaml:2:13 defaults.mode is declared twice [tulle.yaml:4]",
      "TULLE1015 b.yaml:4:3 services.navigator is declared twice [a.yaml:2]",
    ]);
  });

  it("reads a file once that two others include, and follows includes of includes", async () => {
    const loaded = await load({
      "tulle.yaml": root("a.yaml, sub/b.yaml"),
      "a.yaml": `include: [sub/c.yaml]\n${team("a")}`,
      "sub/b.yaml": `include: [./c.yaml]\n${team("b")}`,
      "sub/c.yaml": team("c"),
    });
    expect(brief(loaded)).toEqual([]);
    expect(loaded.ok && Object.keys(loaded.config.services)).toEqual(["a", "c", "b"]);
  });

  it("refuses cycles, through links too", async () => {
    const loaded = await load({
      "tulle.yaml": root("a.yaml"),
      "a.yaml": "include:\n  - b.yaml\n",
      "b.yaml": "include: [a.yaml, tulle.yaml]\n",
    });
    expect(brief(loaded)).toEqual([
      "TULLE1010 b.yaml:1:11 this file includes itself: a.yaml -> b.yaml -> a.yaml",
      "TULLE1010 b.yaml:1:19 this file includes itself: tulle.yaml -> a.yaml -> b.yaml -> tulle.yaml",
    ]);
    await symlink(join(folder, "tulle.yaml"), join(folder, "link.yaml"));
    expect(brief(await load({ "tulle.yaml": root("link.yaml") }))).toEqual([
      "TULLE1010 tulle.yaml:3:11 this file includes itself: tulle.yaml -> tulle.yaml",
    ]);
  });

  it("does not take a wildcard that matches its own file for a cycle", async () => {
    const loaded = await load({
      "tulle.yaml": root('"**/*.yaml"'),
      "x/y/a.yaml": team("a"),
      "b.yaml": team("b"),
    });
    expect(brief(loaded)).toEqual([]);
    expect(loaded.ok && Object.keys(loaded.config.services)).toEqual(["b", "a"]);
  });

  it("does not search hidden folders, packages or circles of links", async () => {
    await mkdir(join(folder, "a"));
    await symlink(folder, join(folder, "a", "circle"));
    const loaded = await load({
      "tulle.yaml": root('"**/t?am.yaml"'),
      "node_modules/x/team.yaml": team("x"),
      ".git/team.yaml": team("y"),
      "a/team.yaml": team("z"),
    });
    expect(loaded.ok && Object.keys(loaded.config.services)).toEqual(["z"]);
  });

  it("refuses a file that is missing, and warns of a pattern that matches nothing", async () => {
    const loaded = await load({ "tulle.yaml": root('absent.yaml, "teams/*.yaml"') });
    expect(brief(loaded)).toEqual([
      "TULLE1003 tulle.yaml:3:11 absent.yaml does not exist",
      'TULLE1011 tulle.yaml:3:24 "teams/*.yaml" matches no file',
    ]);
  });

  it("refuses to read more files or search more folders than it is meant to", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [`t${index}.yaml`, team(`t${index}`)]),
    );
    expect(brief(await load({ "tulle.yaml": root('"t?.yaml"'), ...files }, { files: 3 }))).toEqual([
      'TULLE1006 tulle.yaml:3:11 more than 3 files are included; "t2.yaml" is one too many',
    ]);
    expect(brief(await load({ "tulle.yaml": root('"**/t?.yaml"'), ...files }, { folderEntries: 4 }))).toEqual(
      ['TULLE1006 tulle.yaml:3:11 "**/t?.yaml" looks through more than 4 files'],
    );
  });

  it("reports what is wrong in every file at once", async () => {
    const loaded = await load({
      "tulle.yaml": root("a.yaml, b.yaml"),
      "a.yaml": "services: {\n",
      "b.yaml": "servces: {}\n",
    });
    expect(brief(loaded).map((finding) => finding.slice(0, 20))).toEqual([
      "TULLE1001 a.yaml:2:1",
      "TULLE1002 b.yaml:1:1",
    ]);
  });

  it("refuses an include that is no list of text", async () => {
    const text = "version: 1\nmesh: m\ninclude: tulle.yaml\n";
    expect(brief(await load({ "tulle.yaml": text }))).toEqual([
      'TULLE1102 tulle.yaml:3:10 expected a list of files, found "tulle.yaml"',
    ]);
  });

  it("makes the paths of an included file relative to the root's folder", async () => {
    const loaded = await load({
      "tulle.yaml": `${root("services/a/tulle.yaml")}mode: observe\n`,
      "services/a/tulle.yaml": `services:
  a:
    backend: { function: f }
    local: { handler: src/handler.ts }
    revisions: [{ name: stable, local: { handler: ../shared/b.ts } }]
environments: { dev: { services: { a: { local: { handler: ./dev.ts } } } } }\n`,
    });
    expect(loaded.ok && loaded.config.services["a"]).toMatchObject({
      local: { handler: "services/a/src/handler.ts" },
      revisions: [{ local: { handler: "services/shared/b.ts" } }],
    });
    const dev = await loadMesh({ path: join(folder, "tulle.yaml"), environment: "dev" });
    expect(dev.ok && dev.config.services["a"]!.local!.handler).toBe("services/a/dev.ts");
  });
});
