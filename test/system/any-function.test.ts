/** However a function is built, its calls by logical name are routed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { build, type Format } from "esbuild";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTinyMesh, type TinyMesh } from "./fixtures/tiny-mesh.ts";

/** As people bundle for Lambda: minified, with a copy of the SDK of its own. */
async function bundle(folder: string, format: Format, outfile: string): Promise<string> {
  const path = join(folder, outfile);
  await build({
    entryPoints: [join(folder, "caller.ts")],
    outfile: path,
    bundle: true,
    minify: true,
    platform: "node",
    format,
    logLevel: "silent",
    ...(format === "esm" && {
      banner: {
        js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
      },
    }),
  });
  return path;
}

describe("a function", () => {
  let mesh: TinyMesh;
  beforeAll(async () => {
    mesh = await startTinyMesh({
      fixture: "any-function",
      prepare: async (folder) => {
        await bundle(folder, "cjs", "commonjs/index.js");
        const esm = await bundle(folder, "esm", "index.mjs");
        writeFileSync(join(folder, "esm.zip"), zipSync({ "index.mjs": readFileSync(esm) }));
      },
    });
  });
  afterAll(() => mesh?.stop());

  async function invoke(FunctionName: string): Promise<unknown> {
    const answer = await mesh.lambda.send(new InvokeCommand({ FunctionName, Qualifier: "live" }));
    return JSON.parse(answer.Payload?.transformToString() ?? "null");
  }

  async function callsOf(caller: string): Promise<number> {
    const edges = await mesh.session.control.edges();
    return edges.find((edge) => edge.caller === caller && edge.revision === "canary")?.outcomes.ok ?? 0;
  }

  test.each([
    ["bundled as CommonJS with its own copy of the SDK, deployed as a folder", "commonjs"],
    ["bundled as ESM with its own copy of the SDK, deployed as a zip", "esm"],
    ["bundled by the platform from its source", "source"],
  ])("%s is routed with no change to its code", async (_how, service) => {
    expect(await invoke(`any-${service}`)).toEqual({ revision: "canary" });
    await expect.poll(() => callsOf(service), { timeout: 10_000 }).toBe(1);
  });

  test("that attaches its client is routed once, beside the preload", async () => {
    expect(await invoke("any-attached")).toEqual({ revision: "canary", attempts: 1 });
    await expect.poll(() => callsOf("attached"), { timeout: 10_000 }).toBe(1);
  });

  test("that attaches its client is routed in process, without any preload", async () => {
    const { session, folder } = mesh;
    const bare = {
      TULLE_SERVICE: "attached",
      TULLE_CONTROL: session.urls.control,
      TULLE_TOKEN: await session.tokenFor("attached"),
    };
    const code = (file: string) => ({ kind: "source", entry: join(folder, file) }) as const;
    const common = {
      runtime: "nodejs24.x",
      environment: bare,
      timeoutSeconds: 60,
      memoryMb: 128,
      alias: "live",
    };
    await session.platform.deploy({
      ...common,
      functionName: "bare-attached",
      code: code("attached.ts"),
      handler: "attached.handler",
    });
    expect(await invoke("bare-attached")).toEqual({ revision: "canary", attempts: 1 });
    // The same call from a function that neither attaches nor is preloaded finds no function of that name.
    await session.platform.deploy({
      ...common,
      functionName: "bare-caller",
      code: code("caller.ts"),
      handler: "caller.handler",
    });
    expect(await invoke("bare-caller")).toMatchObject({ errorType: "ResourceNotFoundException" });
  });
});
