import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListFunctionsCommand,
  PublishVersionCommand,
} from "@aws-sdk/client-lambda";
import { createMemoryStore } from "@tulle/store";
import { afterEach, describe, expect, it } from "vitest";
import {
  createFromSource,
  echoSource,
  parsePayload,
  startTestPlatform,
  type TestPlatform,
  zipOfModule,
} from "../test/platform.ts";
import { rawCall } from "../test/raw-client.ts";
import { functionsPartition } from "./functions/fields.ts";
import { createPlatform, type PlatformOptions } from "./platform.ts";

const started: TestPlatform[] = [];
afterEach(async () => {
  for (const test of started.splice(0)) await test.close();
});

async function start(options: Partial<PlatformOptions> = {}): Promise<TestPlatform> {
  const test = await startTestPlatform({ spare: false, ...options });
  started.push(test);
  return test;
}

/** Stops a platform and starts another on the same store and folder. */
async function restart(test: TestPlatform): Promise<TestPlatform> {
  await test.platform.close();
  return start({ dataFolder: test.dataFolder, store: test.store });
}

describe("starting", () => {
  it("says which port is taken and what to do", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toMatchObject({
      code: "TULLE3001",
      message: `Port ${port} of 127.0.0.1 is taken by another process.`,
      context: { port },
    });
    other.close();
  });

  it("says that an address is not this machine's", async () => {
    await expect(start({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "TULLE3005" });
  });

  it("says that the data folder cannot be written", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tulle-readonly-"));
    await writeFile(join(folder, "file"), "");
    const dataFolder = join(folder, "file", "data");
    await expect(createPlatform({ store: createMemoryStore(), dataFolder })).rejects.toMatchObject({
      code: "TULLE3002",
      context: { folder: dataFolder },
    });
    await rm(folder, { recursive: true });
  });

  it("refuses records that it cannot read and changes none", async () => {
    const store = createMemoryStore();
    await store.put({
      partition: functionsPartition,
      sort: "function#x",
      fields: { format: 99, kind: "function" },
    });
    await expect(start({ store })).rejects.toMatchObject({
      code: "TULLE3004",
      message: expect.stringContaining("function#x"),
    });
    expect(await store.query(functionsPartition, "")).toHaveLength(1);
  });
});

describe("a restart", () => {
  it("keeps functions, versions, aliases and limits", async () => {
    const before = await start();
    await createFromSource(before.client, "kept", echoSource, { Publish: true, Tags: { a: "b" } });
    await before.client.send(
      new CreateAliasCommand({ FunctionName: "kept", Name: "live", FunctionVersion: "1" }),
    );
    const shown = await before.client.send(new GetFunctionCommand({ FunctionName: "kept:live" }));
    const after = await restart(before);
    const again = await after.client.send(new GetFunctionCommand({ FunctionName: "kept:live" }));
    expect(again.Configuration).toEqual(shown.Configuration);
    expect(again.Tags).toEqual({ a: "b" });
    const answer = await after.client.send(new InvokeCommand({ FunctionName: "kept:live" }));
    expect(answer.ExecutedVersion).toBe("1");
  });

  it("drops a version that a crash left uncounted, and publishes its number", async () => {
    const before = await start();
    await createFromSource(before.client, "torn", echoSource, { Publish: true });
    const version = (await before.store.query(functionsPartition, "version#torn#"))[0];
    const document = String(version?.fields["document"]).replace('"version":"1"', '"version":"2"');
    await before.store.put({
      partition: functionsPartition,
      sort: "version#torn#0000000002",
      fields: { ...version?.fields, document },
    });
    const after = await restart(before);
    await expect(
      after.client.send(new GetFunctionCommand({ FunctionName: "torn", Qualifier: "2" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect(await after.store.query(functionsPartition, "version#torn#")).toHaveLength(1);
  });

  it("never gives a version number twice, not even to a function made again", async () => {
    const before = await start();
    await createFromSource(before.client, "again", echoSource, { Publish: true });
    await before.client.send(new DeleteFunctionCommand({ FunctionName: "again" }));
    const after = await restart(before);
    await createFromSource(after.client, "again", echoSource);
    const { Version } = await after.client.send(new PublishVersionCommand({ FunctionName: "again" }));
    expect(Version).toBe("2");
  });

  it("removes code that no version needs any more", async () => {
    const before = await start();
    await createFromSource(before.client, "gone", echoSource);
    await createFromSource(before.client, "kept", "exports.handler = async () => 1");
    await before.client.send(new DeleteFunctionCommand({ FunctionName: "gone" }));
    const after = await restart(before);
    const packages = (await readdir(join(after.dataFolder, "code"))).filter((name) => !name.endsWith(".zip"));
    expect(packages).toHaveLength(1);
  });
});

describe("deploying in process", () => {
  it("creates, updates, publishes and points the alias, and knows when nothing changed", async () => {
    const { platform, dataFolder, client } = await start();
    const entry = join(dataFolder, "hello.ts");
    const write = (word: string) =>
      writeFile(entry, `export const handler = async (): Promise<string> => "${word}" + process.env.MARK;`);
    const deploy = () =>
      platform.deploy({
        functionName: "hello",
        code: { kind: "source", entry },
        environment: { MARK: "!" },
        alias: "live",
      });
    await write("one");
    expect(await deploy()).toMatchObject({
      version: "1",
      changed: true,
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:hello:1",
    });
    expect(await deploy()).toMatchObject({ version: "1", changed: false });
    await write("two");
    expect(await deploy()).toMatchObject({ version: "2", changed: true });
    const answer = await client.send(new InvokeCommand({ FunctionName: "hello:live" }));
    expect([answer.ExecutedVersion, parsePayload(answer.Payload)]).toEqual(["2", "two!"]);
    await writeFile(entry, "export const handler = ;");
    await expect(deploy()).rejects.toMatchObject({ code: "TULLE3017" });
    const still = await client.send(new InvokeCommand({ FunctionName: "hello:live" }));
    expect(parsePayload(still.Payload)).toBe("two!");
  });

  it("refuses what the API would refuse", async () => {
    const { platform } = await start();
    const code = { kind: "zip", bytes: zipOfModule("exports.handler = 1") } as const;
    const deploy = (more: object) => platform.deploy({ functionName: "fn", code, ...more });
    await expect(deploy({ functionName: "not a name" })).rejects.toMatchObject({ code: "TULLE3022" });
    await expect(deploy({ runtime: "nodejs4.3" })).rejects.toMatchObject({ code: "TULLE3022" });
    await expect(deploy({ timeoutSeconds: 901 })).rejects.toMatchObject({ code: "TULLE3022" });
  });

  it("takes code from a local path through the API", async () => {
    const { client, dataFolder } = await start();
    const folder = join(dataFolder, "local");
    await mkdir(folder);
    await writeFile(join(folder, "index.js"), "exports.handler = async () => 'local'");
    await createFromSource(client, "local", "", { Code: { S3Bucket: "tulle:local", S3Key: folder } });
    const answer = await client.send(new InvokeCommand({ FunctionName: "local" }));
    expect(parsePayload(answer.Payload)).toBe("local");
  });
});

describe("the API", () => {
  it("hands the code out through a link that cannot be made up", async () => {
    const { client } = await start();
    const zip = zipOfModule(echoSource);
    await createFromSource(client, "linked", "", { Code: { ZipFile: zip } });
    const { Code } = await client.send(new GetFunctionCommand({ FunctionName: "linked" }));
    const given = await fetch(Code?.Location ?? "");
    expect(Buffer.from(await given.arrayBuffer()).equals(zip)).toBe(true);
    const forged = await fetch((Code?.Location ?? "").replace(/Expires=\d/, "Expires=9"));
    expect(forged.status).toBe(403);
  });

  it("lists in pages", async () => {
    const { client } = await start();
    for (let index = 0; index < 7; index++) await createFromSource(client, `fn-${index}`, echoSource);
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await client.send(new ListFunctionsCommand({ MaxItems: 3, Marker }));
      expect(page.Functions?.length).toBeLessThanOrEqual(3);
      names.push(...(page.Functions ?? []).map(({ FunctionName }) => FunctionName ?? ""));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(names).toEqual(Array.from({ length: 7 }, (_, index) => `fn-${index}`));
  });

  it("says what it does not support", async () => {
    const { client, platform } = await start();
    await expect(client.send(new GetPolicyCommand({ FunctionName: "fn" }))).rejects.toMatchObject({
      name: "NotImplementedException",
      message: "TULLE3020: GetPolicy is not supported by the local platform. Leave the call out locally.",
    });
    const nowhere = await rawCall(platform, { method: "GET", path: "/nowhere" });
    expect([nowhere.status, nowhere.headers.get("tulle-code")]).toEqual([404, "TULLE3020"]);
    const layers = { Layers: ["arn:aws:lambda:us-east-1:000000000000:layer:x:1"] };
    await expect(createFromSource(client, "layered", echoSource, layers)).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: expect.stringContaining("TULLE3021"),
    });
  });

  it("shows the account's limits", async () => {
    const { client } = await start({ accountConcurrency: 500 });
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 500, UnreservedConcurrentExecutions: 500 });
  });
});

describe("closing", () => {
  it("lets an invocation under way end, refuses new ones and leaves no process", async () => {
    const test = await start();
    const slow = "exports.handler = () => new Promise((done) => setTimeout(done, 300, process.pid))";
    await createFromSource(test.client, "slow", slow);
    await test.client.send(new InvokeCommand({ FunctionName: "slow" }));
    const underWay = test.client.send(new InvokeCommand({ FunctionName: "slow" }));
    await expect.poll(() => test.platform.environments().some(({ state }) => state === "busy")).toBe(true);
    const closed = test.platform.close();
    const pid = Number(parsePayload((await underWay).Payload));
    await closed;
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    await expect(fetch(test.platform.url)).rejects.toThrow();
  });
});
