import {
  CreateAliasCommand,
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createFromSource,
  echoSource,
  parsePayload,
  startTestPlatform,
  type TestPlatform,
  zipOfModule,
} from "../../test/platform.ts";
import { rawCall } from "../../test/raw-client.ts";

let test: TestPlatform;

beforeAll(async () => {
  test = await startTestPlatform();
  await createFromSource(test.client, "echo", echoSource);
});
afterAll(() => test.close());

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function invoke(
  path: string,
  request: { body?: string | Uint8Array; headers?: Record<string, string> } = {},
) {
  return rawCall(test.platform, {
    method: "POST",
    path: `/2015-03-31/functions/${path}/invocations`,
    ...request,
  });
}

describe("an invocation", () => {
  it("runs what the SDK created, published, aliased and updated", async () => {
    const { client } = test;
    await createFromSource(client, "life", echoSource);
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: "life" });
    const { Version } = await client.send(new PublishVersionCommand({ FunctionName: "life" }));
    await client.send(
      new CreateAliasCommand({ FunctionName: "life", Name: "live", FunctionVersion: Version }),
    );
    const code = zipOfModule("exports.handler = async () => 'second'");
    await client.send(new UpdateFunctionCodeCommand({ FunctionName: "life", ZipFile: code }));
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 5 }, { FunctionName: "life" });
    const latest = await client.send(new InvokeCommand({ FunctionName: "life" }));
    expect(parsePayload(latest.Payload)).toBe("second");
    const aliased = await client.send(
      new InvokeCommand({ FunctionName: "life:live", Payload: Buffer.from('{"a":1}') }),
    );
    expect(aliased).toMatchObject({ StatusCode: 200, ExecutedVersion: "1" });
    expect(parsePayload(aliased.Payload)).toMatchObject({
      event: { a: 1 },
      version: "1",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:life:live",
    });
  });

  it("is answered with the headers of the service", async () => {
    const { status, headers, body } = await invoke("echo", { headers: { "x-amz-log-type": "Tail" } });
    expect(status).toBe(200);
    expect(headers.get("x-amz-executed-version")).toBe("$LATEST");
    expect(headers.get("x-amz-function-error")).toBeNull();
    expect(headers.get("x-amzn-requestid")).toMatch(uuid);
    expect(headers.get("x-amzn-trace-id")).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/);
    expect(Buffer.from(headers.get("x-amz-log-result") ?? "", "base64").toString()).toContain(
      "START RequestId",
    );
    expect(JSON.parse(body.toString())).toMatchObject({
      event: {},
      requestId: headers.get("x-amzn-requestid"),
      arn: "arn:aws:lambda:us-east-1:000000000000:function:echo",
    });
  });

  it("keeps the caller's trace", async () => {
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    const { headers } = await invoke("echo", { headers: { "x-amzn-trace-id": trace } });
    expect(headers.get("x-amzn-trace-id")).toBe(trace);
  });

  it("marks what the function threw", async () => {
    await createFromSource(
      test.client,
      "throws",
      "exports.handler = async () => { throw new TypeError('no') }",
    );
    const answer = await test.client.send(new InvokeCommand({ FunctionName: "throws" }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(parsePayload(answer.Payload)).toMatchObject({ errorType: "TypeError", errorMessage: "no" });
  });

  it("says what is wrong when the handler is not in the code", async () => {
    await createFromSource(test.client, "lost", "exports.other = 1", { Handler: "missing.handler" });
    const answer = await test.client.send(new InvokeCommand({ FunctionName: "lost" }));
    expect(answer.FunctionError).toBe("Unhandled");
    expect(parsePayload(answer.Payload)).toMatchObject({ errorType: "Runtime.ImportModuleError" });
  });

  it("hands the client context over", async () => {
    const context = Buffer.from(JSON.stringify({ custom: { k: "v" } })).toString("base64");
    const answer = await test.client.send(
      new InvokeCommand({ FunctionName: "echo", ClientContext: context }),
    );
    expect(parsePayload(answer.Payload)).toMatchObject({ clientContext: { custom: { k: "v" } } });
  });

  it("without running answers a dry run", async () => {
    const { status, body } = await invoke("echo", { headers: { "x-amz-invocation-type": "DryRun" } });
    expect([status, body.byteLength]).toEqual([204, 0]);
  });

  it("as a stream carries the whole answer", async () => {
    const answer = await test.client.send(
      new InvokeWithResponseStreamCommand({ FunctionName: "echo", Payload: Buffer.from('{"s":1}') }),
    );
    const chunks: Uint8Array[] = [];
    for await (const event of answer.EventStream ?? []) {
      if (event.PayloadChunk?.Payload !== undefined) chunks.push(event.PayloadChunk.Payload);
    }
    expect(parsePayload(Buffer.concat(chunks))).toMatchObject({ event: { s: 1 } });
  });
});

describe("an invocation is refused", () => {
  const refusal = async (answer: ReturnType<typeof invoke>) => {
    const { status, headers, body } = await answer;
    const document = JSON.parse(body.toString()) as { message?: string; Message?: string };
    return [status, headers.get("x-amzn-errortype"), document.message ?? document.Message];
  };

  it("over six megabytes", async () => {
    expect(await refusal(invoke("echo", { body: `"${"x".repeat(6_291_456)}"` }))).toEqual([
      413,
      "RequestEntityTooLargeException",
      "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    ]);
  });

  it("over one megabyte as an event", async () => {
    const headers = { "x-amz-invocation-type": "Event" };
    expect(await refusal(invoke("echo", { headers, body: `"${"x".repeat(1_048_576)}"` }))).toEqual([
      413,
      "RequestEntityTooLargeException",
      "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    ]);
  });

  it.each(["{", "{'a':1}", "hello", '{"a":1}}', "\u0000"])(
    "when its body is %j and not JSON",
    async (body) => {
      const [status, code, message] = await refusal(invoke("echo", { body }));
      expect([status, code]).toEqual([400, "InvalidRequestContentException"]);
      expect(message).toMatch(/^Could not parse request body into json: .*line: 1, column: \d+\]$/s);
    },
  );

  it("with a client context that is too long or no JSON", async () => {
    const long = Buffer.from(JSON.stringify({ custom: { k: "v".repeat(2700) } })).toString("base64");
    expect(await refusal(invoke("echo", { headers: { "x-amz-client-context": long } }))).toEqual([
      400,
      "InvalidParameterValueException",
      "The client context has 3628 bytes of base64; the limit is 3583.",
    ]);
    const headers = { "x-amz-client-context": Buffer.from("{").toString("base64") };
    expect(await refusal(invoke("echo", { headers }))).toEqual([
      400,
      "InvalidRequestContentException",
      "Client context must be a valid Base64-encoded JSON object.",
    ]);
  });

  it("with an unknown type", async () => {
    expect(await refusal(invoke("echo", { headers: { "x-amz-invocation-type": "Later" } }))).toEqual([
      400,
      "ValidationException",
      "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
    ]);
  });

  it("when the function holds no concurrency, or all of it", async () => {
    const { client } = test;
    const slow = "exports.handler = () => new Promise((done) => setTimeout(done, 400, 'done'))";
    await createFromSource(client, "narrow", slow);
    const reserve = (ReservedConcurrentExecutions: number) =>
      client.send(
        new PutFunctionConcurrencyCommand({ FunctionName: "narrow", ReservedConcurrentExecutions }),
      );
    await reserve(0);
    const refused = await invoke("narrow");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(JSON.parse(refused.body.toString())).toEqual({
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      Type: "User",
      message: "Rate Exceeded.",
    });
    await reserve(1);
    const answers = await Promise.all([invoke("narrow"), invoke("narrow")]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 429]);
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: "narrow" }));
    const both = await Promise.all([invoke("narrow"), invoke("narrow")]);
    expect(both.map((answer) => answer.status)).toEqual([200, 200]);
  });
});
