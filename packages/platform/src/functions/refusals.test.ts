import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  ListAliasesCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFromSource, echoSource, startTestPlatform, type TestPlatform } from "../../test/platform.ts";

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ spare: false });
  await createFromSource(test.client, "fn", echoSource, { Publish: true });
});
afterAll(() => test.close());

const FunctionName = "fn";

function alias(Name: string, FunctionVersion: string, weights?: Record<string, number>) {
  const RoutingConfig = weights === undefined ? undefined : { AdditionalVersionWeights: weights };
  return test.client.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion, RoutingConfig }));
}

describe("an alias is refused", () => {
  it.each([
    ["$LATEST", { 1: 0.5 }, "$LATEST is not supported for an alias pointing to more than 1 version"],
    ["1", { 1: 0.5 }, "Function version 1 is already included in routing configuration."],
    ["1", { 2: 0.3, 3: 0.3 }, "Number of items in AdditionalVersionWeights cannot be greater than 1"],
    ["1", { 2: 1.5 }, "Member must have value less than or equal to 1.0"],
    ["1", { $LATEST: 0.5 }, "Member must satisfy regular expression pattern: [0-9]+"],
    ["1", { 9: 0.5 }, "Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9"],
    ["9", undefined, "Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9"],
  ])("on version %s with weights %j", async (version, weights, message) => {
    await expect(alias("bad", version, weights)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
    await expect(test.client.send(new GetAliasCommand({ FunctionName, Name: "bad" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("when it exists, and when a change was made to another state of it", async () => {
    const { RevisionId } = await alias("once", "1");
    await expect(alias("once", "1")).rejects.toMatchObject({
      name: "ResourceConflictException",
      message: "Alias already exists: arn:aws:lambda:us-east-1:000000000000:function:fn:once",
    });
    const change = (revision: string | undefined) =>
      test.client.send(new UpdateAliasCommand({ FunctionName, Name: "once", RevisionId: revision }));
    expect((await change(RevisionId)).RevisionId).not.toBe(RevisionId);
    await expect(change(RevisionId)).rejects.toMatchObject({ name: "PreconditionFailedException" });
  });
});

describe("a version", () => {
  it("stays while an alias needs it", async () => {
    await alias("holds", "1");
    const remove = () => test.client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: "1" }));
    await expect(remove()).rejects.toMatchObject({
      name: "ResourceConflictException",
      message: expect.stringContaining("the following aliases reference it: ["),
    });
    const { Aliases } = await test.client.send(
      new ListAliasesCommand({ FunctionName, FunctionVersion: "1" }),
    );
    for (const { Name } of Aliases ?? []) {
      await test.client.send(new DeleteAliasCommand({ FunctionName, Name }));
    }
    await expect(remove()).resolves.toMatchObject({ $metadata: { httpStatusCode: 204 } });
  });
});

describe("settings are refused", () => {
  const configure = (change: object) =>
    test.client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...change }));

  it.each([
    [{ Timeout: 0 }, "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater"],
    [{ Timeout: 901 }, "Member must have value less than or equal to 900"],
    [{ MemorySize: 64 }, "Member must have value greater than or equal to 128"],
    [{ Timeout: 0, MemorySize: 1 }, "2 validation errors detected: Value '0' at 'timeout'"],
    [{ Handler: "a b" }, "Value 'a b' at 'handler'"],
    [{ Environment: { Variables: { AWS_REGION: "x" } } }, "Reserved keys used in this request: AWS_REGION"],
    [{ Environment: { Variables: { "1x": "x" } } }, "Environment variable names must match"],
    [{ Environment: { Variables: { CUT: "a\0b" } } }, "must not contain a NUL character: CUT"],
    [{ Environment: { Variables: { BIG: "x".repeat(4097) } } }, "exceeded the 4KB limit"],
    [{ Timeout: "soon" }, "STRING_VALUE of Timeout can not be converted to an Integer"],
  ])("%j", async (change, message) => {
    await expect(configure(change)).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });

  it("where a reservation would leave too little to other functions", async () => {
    const reserve = new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 901 });
    await expect(test.client.send(reserve)).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: expect.stringContaining("below its minimum value of [100]"),
    });
  });
});
