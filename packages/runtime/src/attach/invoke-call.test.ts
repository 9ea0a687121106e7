import {
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  ListFunctionsCommand,
  ResourceNotFoundException,
  TooManyRequestsException,
} from "@aws-sdk/client-lambda";
import { isTulleError } from "@tulle/core/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FleetOptions, fleetMesh } from "../../test/fleet.ts";
import { credentials, type SignedService, startSignedService } from "../../test/signed-service.ts";
import type { Mesh } from "../mesh/mesh.ts";

let service: SignedService;
let mesh: Mesh;

const ok = {
  headers: { "x-amz-executed-version": "7", "content-type": "application/json" },
  body: '{"km":3}',
};
const _routed = "/2015-03-31/functions/fleet-navigator/invocations?Qualifier=7";

function bareClient(config: object = {}): LambdaClient {
  return new LambdaClient({ region: "eu-west-1", credentials, endpoint: service.url, ...config });
}

async function attached(options: FleetOptions = {}, config: object = {}): Promise<LambdaClient> {
  return (await fleetMesh(options)).attach(bareClient(config));
}

beforeAll(async () => {
  service = await startSignedService(() => ok);
  mesh = await fleetMesh();
});

afterAll(() => service.close());

beforeEach(() => {
  service.received.length = 0;
  service.answer = () => ok;
});

describe("what came of a call, for an attached client's owner", () => {
  it("gives a function's error as the SDK does", async () => {
    service.answer = () => ({
      headers: { "x-amz-function-error": "Unhandled" },
      body: '{"errorType":"TypeError"}',
    });
    const output = await mesh.attach(bareClient()).send(new InvokeCommand({ FunctionName: "navigator" }));
    expect(output).toMatchObject({ FunctionError: "Unhandled", StatusCode: 200 });
  });

  it("throws the SDK's own error classes, with the attempts that the mesh made", async () => {
    const client = await attached({ attempts: 2 });
    service.answer = () => ({
      status: 429,
      headers: { "x-amzn-errortype": "TooManyRequestsException" },
      body: '{"Reason":"CallerRateLimitExceeded","message":"Rate Exceeded."}',
    });
    const error = await client.send(new InvokeCommand({ FunctionName: "navigator" })).catch((error) => error);
    expect(error).toBeInstanceOf(TooManyRequestsException);
    expect(error).toMatchObject({
      Reason: "CallerRateLimitExceeded",
      $metadata: { httpStatusCode: 429, attempts: 3 },
    });
    expect(service.received).toHaveLength(3);

    service.answer = () => ({
      status: 404,
      headers: { "x-amzn-errortype": "ResourceNotFoundException" },
      body: '{"Message":"no"}',
    });
    const missing = client.send(new InvokeCommand({ FunctionName: "navigator" }));
    await expect(missing).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it("keeps the SDK from retrying on its own path too, for this call only", async () => {
    const client = mesh.attach(bareClient());
    service.answer = () => ({ status: 503, body: "{}" });
    const options = { requestTimeout: 9000 };
    const error = await client
      .send(new InvokeCommand({ FunctionName: "navigator" }), options)
      .catch((error) => error);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 503, attempts: 1 } });
    expect(service.received).toHaveLength(1);
    const other = await client.send(new ListFunctionsCommand({})).catch((error) => error);
    expect(other).toMatchObject({ $metadata: { attempts: 3 } });
  });

  it("turns a fallback value into a successful output, streamed where a stream was asked for", async () => {
    const client = await attached(
      { fallback: { kind: "value", value: { km: 0 } } },
      { endpoint: "http://127.0.0.1:1" },
    );
    const output = await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    expect(output.StatusCode).toBe(200);
    expect(output.Payload?.transformToString()).toBe('{"km":0}');
    const streamed = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: "navigator" }));
    expect(await textOf(streamed.EventStream)).toBe('{"km":0}');
  });

  it("refuses with a TulleError what access forbids and what an open circuit holds back", async () => {
    const denied = await attached({ allow: [] });
    const error = await denied.send(new InvokeCommand({ FunctionName: "navigator" })).catch((error) => error);
    expect(isTulleError(error) && error.code).toBe("TULLE2001");
    expect(service.received).toHaveLength(0);

    const client = await attached({ minimumThroughput: 2 });
    service.answer = () => ({ status: 500, body: "{}" });
    for (let i = 0; i < 4; i++)
      await client.send(new InvokeCommand({ FunctionName: "navigator" })).catch(() => {});
    const shed = await client.send(new InvokeCommand({ FunctionName: "navigator" })).catch((error) => error);
    expect(isTulleError(shed) && shed.code).toBe("TULLE2002");
    expect(service.received.length).toBeLessThan(5);
  });

  it("ends an attempt at its time limit on both paths", async () => {
    const client = await attached({ backendRequestMs: 30 });
    service.answer = () => ({ delayMs: 2000 });
    for (const options of [undefined, { requestTimeout: 9000 }]) {
      const error = await client
        .send(new InvokeCommand({ FunctionName: "navigator" }), options)
        .catch((error) => error);
      expect(isTulleError(error) && error.code).toBe("TULLE2004");
    }
  });

  it("stops when the caller's signal fires, with the SDK's AbortError, on both paths", async () => {
    const client = mesh.attach(bareClient());
    service.answer = () => ({ delayMs: 2000 });
    for (const extra of [{}, { requestTimeout: 9000 }]) {
      const controller = new AbortController();
      const call = client.send(new InvokeCommand({ FunctionName: "navigator" }), {
        abortSignal: controller.signal,
        ...extra,
      });
      setTimeout(() => controller.abort(), 20);
      await expect(call).rejects.toMatchObject({ name: "AbortError" });
    }
  });

  it("lets a time limit of the client's own fail as the SDK does", async () => {
    const client = await attached(
      {},
      { requestHandler: { requestTimeout: 30, throwOnRequestTimeout: true } },
    );
    service.answer = () => ({ delayMs: 2000 });
    const error = await client.send(new InvokeCommand({ FunctionName: "navigator" })).catch((e) => e);
    expect(error).toMatchObject({ name: "TimeoutError", $metadata: { attempts: 1 } });
  });

  it("lets the error of a broken connection through as the SDK does", async () => {
    const bare = await bareClient({ endpoint: "http://127.0.0.1:1", maxAttempts: 1 })
      .send(new InvokeCommand({ FunctionName: "x" }))
      .catch((error) => error);
    const client = await attached({}, { endpoint: "http://127.0.0.1:1" });
    const error = await client.send(new InvokeCommand({ FunctionName: "navigator" })).catch((error) => error);
    expect(error).toMatchObject({ code: "ECONNREFUSED", name: bare.name, $metadata: bare.$metadata });
  });
});

async function textOf(
  stream: AsyncIterable<{ PayloadChunk?: { Payload?: Uint8Array | undefined } | undefined }> | undefined,
): Promise<string> {
  let text = "";
  for await (const event of stream ?? []) text += Buffer.from(event.PayloadChunk?.Payload ?? []).toString();
  return text;
}
