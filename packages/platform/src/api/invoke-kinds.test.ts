import {
  CreateAliasCommand,
  InvokeAsyncCommand,
  InvokeCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  clientOf,
  createFromSource,
  echoSource,
  parsePayload,
  startTestPlatform,
  type TestPlatform,
  zipOfModule,
} from "../../test/platform.ts";
import type { InvokeEvent } from "./operations/observation.ts";

let test: TestPlatform;
let draws: number[] = [];
const observed: InvokeEvent[] = [];

beforeAll(async () => {
  test = await startTestPlatform({
    random: () => draws.shift() ?? 0.5,
    onInvoke: (event) => observed.push(event),
    retryScale: 0.001,
  });
  await createFromSource(test.client, "echo", echoSource);
});
afterAll(() => test.close());

describe("a weighted alias", () => {
  it("sends the share of its weight to the other version", async () => {
    const { client } = test;
    await createFromSource(client, "split", echoSource, { Publish: true });
    const code = zipOfModule(`${echoSource} // second`);
    await client.send(new UpdateFunctionCodeCommand({ FunctionName: "split", ZipFile: code, Publish: true }));
    await client.send(
      new CreateAliasCommand({
        FunctionName: "split",
        Name: "live",
        FunctionVersion: "1",
        RoutingConfig: { AdditionalVersionWeights: { 2: 0.25 } },
      }),
    );
    const run = async (draw: number): Promise<string | undefined> => {
      draws = [draw];
      const { ExecutedVersion } = await client.send(new InvokeCommand({ FunctionName: "split:live" }));
      return ExecutedVersion;
    };
    expect([await run(0), await run(0.2499), await run(0.25), await run(0.999)]).toEqual([
      "2",
      "2",
      "1",
      "1",
    ]);
  });
});

describe("an event", () => {
  it("is accepted at once and run", async () => {
    observed.length = 0;
    const answer = await test.client.send(
      new InvokeCommand({ FunctionName: "echo", InvocationType: "Event" }),
    );
    expect(answer).toMatchObject({ StatusCode: 202 });
    expect(answer.ExecutedVersion).toBeUndefined();
    await expect
      .poll(() => observed.map(({ stage, status }) => [stage, status]))
      .toEqual([
        ["request", 202],
        ["attempt", 200],
      ]);
    expect(observed[0]?.requestId).toBe(observed[1]?.requestId);
  });

  it("is run by the deprecated operation too", async () => {
    observed.length = 0;
    const answer = await test.client.send(new InvokeAsyncCommand({ FunctionName: "echo", InvokeArgs: "{}" }));
    expect(answer.Status).toBe(202);
    await expect.poll(() => observed.some(({ stage }) => stage === "attempt")).toBe(true);
  });

  it("that fails is tried three times under one request id", async () => {
    observed.length = 0;
    await createFromSource(
      test.client,
      "flaky",
      "exports.handler = async () => { throw new Error('again') }",
    );
    await test.client.send(new InvokeCommand({ FunctionName: "flaky", InvocationType: "Event" }));
    await expect.poll(() => test.platform.queuedEvents(), { timeout: 5_000 }).toBe(0);
    const attempts = observed.filter(({ stage }) => stage === "attempt");
    expect(attempts.map(({ functionError }) => functionError)).toEqual([
      "Unhandled",
      "Unhandled",
      "Unhandled",
    ]);
    expect(new Set(attempts.map(({ requestId }) => requestId)).size).toBe(1);
  });
});

describe("the caller of an invocation", () => {
  it("is the principal whose credentials signed it", async () => {
    observed.length = 0;
    const client = clientOf(test.platform, test.platform.issueCredentials("gateway"));
    await client.send(new InvokeCommand({ FunctionName: "echo" }));
    await test.client.send(new InvokeCommand({ FunctionName: "echo" }));
    client.destroy();
    expect(
      observed.map(({ caller, functionName, version, status }) => [caller, functionName, version, status]),
    ).toEqual([
      ["gateway", "echo", "$LATEST", 200],
      ["root", "echo", "$LATEST", 200],
    ]);
  });

  it("is the function, where a function calls", async () => {
    observed.length = 0;
    const source = `exports.handler = async () => ({
      key: process.env.AWS_ACCESS_KEY_ID, secret: process.env.AWS_SECRET_ACCESS_KEY,
      token: process.env.AWS_SESSION_TOKEN, endpoint: process.env.AWS_ENDPOINT_URL_LAMBDA });`;
    await createFromSource(test.client, "caller", source);
    const answer = await test.client.send(new InvokeCommand({ FunctionName: "caller" }));
    const given = parsePayload(answer.Payload) as Record<string, string>;
    expect(given["endpoint"]).toBe(test.platform.url);
    const client = clientOf(test.platform, {
      accessKeyId: given["key"] ?? "",
      secretAccessKey: given["secret"] ?? "",
      sessionToken: given["token"] ?? "",
    });
    await client.send(new InvokeCommand({ FunctionName: "echo" }));
    client.destroy();
    expect(observed.at(-1)).toMatchObject({ caller: "caller", functionName: "echo", status: 200 });
  });
});
