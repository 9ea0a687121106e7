/** Bad input to a mesh that serves: each gets one coded refusal, and what was there goes on serving. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvokeCommand, LambdaClient, UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanUp, run } from "./cli-project.ts";
import { startTinyMesh, type TinyMesh } from "./fixtures/tiny-mesh.ts";

let mesh: TinyMesh;
beforeAll(async () => {
  mesh = await startTinyMesh({ fixture: "two-functions" });
});
afterAll(async () => {
  await mesh?.stop();
  cleanUp();
});

const greeting = { status: 200, body: { greeting: "hello robot", from: "stable" } };

describe("a configuration", () => {
  let file: string;
  let good: string;
  beforeAll(() => {
    file = join(mesh.folder, "tulle.yaml");
    good = readFileSync(file, "utf8");
  });

  /** Files and their content; what is not named stays as it is. */
  type Change = (good: string) => Readonly<Record<string, string>>;
  const root =
    (change: (good: string) => string): Change =>
    (before) => ({ "tulle.yaml": change(before) });
  const team = "services:\n  back:\n    backend: { function: other }\n";

  const cases: readonly (readonly [what: string, change: Change, code: string, place: string])[] = [
    [
      "malformed YAML",
      root((text) => text.replace("mesh: pair", "mesh: [pair")),
      "TULLE1001",
      "tulle.yaml:4:1",
    ],
    ["an unknown key", root((text) => text.replace("uses:", "usess:")), "TULLE1002", "tulle.yaml:8:5"],
    ["a wrong type", root((text) => text.replace("uses: [back]", "uses: 7")), "TULLE1102", "tulle.yaml:8:11"],
    [
      "a dangling name",
      root((text) => text.replace("uses: [back]", "uses: [bak]")),
      "TULLE1203",
      "tulle.yaml:8:12",
    ],
    [
      "a name that two files declare",
      (text) => ({ "tulle.yaml": `${text}include: [team.yaml]\n`, "team.yaml": team }),
      "TULLE1015",
      "team.yaml:2:3",
    ],
    ["50 MB", root((text) => text + "#".repeat(50 * 1024 * 1024)), "TULLE1005", "tulle.yaml"],
    ["nothing", root(() => ""), "TULLE1008", "tulle.yaml"],
  ];

  test.each(cases)(
    "with %s is refused in its place, and the published one stays",
    async (_what, change, code, place) => {
      const { version } = await mesh.session.control.health();
      try {
        for (const [name, text] of Object.entries(change(good))) writeFileSync(join(mesh.folder, name), text);
        const { code: exit, stdout } = await run(mesh.folder, "apply", "--json");
        const { error } = JSON.parse(stdout);
        expect([exit, error.code]).toEqual([3, "TULLE6003"]);
        const found = error.details.findings.map((finding: Finding) => [finding.code, placeOf(finding)]);
        expect(found).toContainEqual([code, place]);
        expect(await mesh.session.control.health()).toMatchObject({ version });
        await expect(mesh.session.apply()).rejects.toMatchObject({ code: "TULLE6003" });
        expect(await mesh.ask("/hello/robot")).toEqual(greeting);
      } finally {
        writeFileSync(file, good);
      }
    },
  );

  test("in its normal form is checked by control too, and the published one stays", async () => {
    const { control } = mesh.session;
    const config = await control.config();
    const { version } = await control.health();
    for (const broken of [null, 7, [], { ...config, services: [] }, { ...config, mode: "perhaps" }])
      await expect(control.publish({ config: broken as never })).rejects.toMatchObject({ code: "TULLE4102" });
    expect(await control.health()).toMatchObject({ version });
    expect(await mesh.ask("/hello/robot")).toEqual(greeting);
  });

  interface Finding {
    readonly code: string;
    readonly file: string;
    readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
  }

  function placeOf({ file: inFile, location }: Finding): string {
    const name = (location?.file ?? inFile).slice(mesh.folder.length + 1);
    return location === null ? name : `${name}:${location.line}:${location.column}`;
  }
});

describe("an upload", () => {
  const handler = Buffer.from("exports.handler = async () => 'not this one'");
  const uploads: readonly (readonly [what: string, zip: Uint8Array, message: RegExp])[] = [
    ["a path that leads out of the package", zipSync({ "../../evil.cjs": handler }), /TULLE3011/],
    ["an absolute path", zipSync({ "/evil.cjs": handler }), /TULLE3011/],
    ["no zip in it", Buffer.from("PK, but no zip"), /Could not unzip uploaded file/],
    ["nothing in it", new Uint8Array(), /zip/i],
    ["a zip that is cut off", zipSync({ "back.cjs": handler }).slice(0, 60), /Could not unzip uploaded file/],
  ];

  test.each(uploads)(
    "with %s is refused, and the function answers as before",
    async (_what, ZipFile, message) => {
      const upload = new UpdateFunctionCodeCommand({ FunctionName: "pair-back", ZipFile, Publish: true });
      await expect(mesh.lambda.send(upload)).rejects.toMatchObject({
        name: "InvalidParameterValueException",
        message: expect.stringMatching(message),
      });
      expect(await mesh.ask("/hello/robot")).toEqual(greeting);
    },
  );
});

describe("a request to the platform", () => {
  const invoke = (FunctionName: string, payload = '{"name":"robot"}') =>
    new InvokeCommand({ FunctionName, Qualifier: "stable", Payload: payload });

  /** The platform as somebody sees it who has other keys, or none. */
  function stranger(change: { accessKeyId?: string; secretAccessKey?: string }): LambdaClient {
    const { url: endpoint, region, rootCredentials } = mesh.session.platform;
    return new LambdaClient({
      endpoint,
      region,
      credentials: { ...rootCredentials, ...change },
      maxAttempts: 1,
    });
  }

  test("that is signed wrongly, by a stranger, or not at all runs nothing", async () => {
    const before = invocations();
    const wrong = stranger({ secretAccessKey: "another" }).send(invoke("pair-back"));
    await expect(wrong).rejects.toMatchObject({ name: "InvalidSignatureException" });
    const unknown = stranger({ accessKeyId: "AKIASTRANGER" }).send(invoke("pair-back"));
    await expect(unknown).rejects.toMatchObject({ name: "UnrecognizedClientException" });
    const path = "/2015-03-31/functions/pair-back/invocations";
    const unsigned = await fetch(`${mesh.session.urls.platform}${path}`, { method: "POST", body: "{}" });
    expect([unsigned.status, unsigned.headers.get("x-amzn-errortype")]).toEqual([
      403,
      "MissingAuthenticationTokenException",
    ]);
    expect(invocations()).toBe(before);
  });

  test.each([
    ["a function name that cannot be", invoke("pair back!"), "ValidationException"],
    ["a payload that is no JSON", invoke("pair-back", "{'name':1}"), "InvalidRequestContentException"],
    [
      "a payload over 6 MB",
      invoke("pair-back", `"${"x".repeat(6_291_456)}"`),
      "RequestEntityTooLargeException",
    ],
    ["a function that there is not", invoke("nobody"), "ResourceNotFoundException"],
  ])("with %s is refused in Lambda's words and runs nothing", async (_what, command, name) => {
    const before = invocations();
    await expect(mesh.lambda.send(command)).rejects.toMatchObject({ name });
    expect(invocations()).toBe(before);
    expect(await mesh.ask("/hello/robot")).toEqual(greeting);
  });

  function invocations(): number {
    return mesh.session.platform.environments().reduce((sum, one) => sum + one.invocations, 0);
  }
});
