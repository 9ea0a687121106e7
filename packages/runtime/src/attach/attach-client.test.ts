import { Readable } from "node:stream";
import {
  InvokeAsyncCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  Lambda,
  LambdaClient,
  paginateListFunctions,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { encodeResponseStreamEvent } from "@tulle/aws/lambda";
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
const routed = "/2015-03-31/functions/fleet-navigator/invocations?Qualifier=7";

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

describe("an attached LambdaClient", () => {
  it("routes an Invoke of a logical name to the revision's target, signed as the client signs", async () => {
    const output = await mesh
      .attach(bareClient())
      .send(new InvokeCommand({ FunctionName: "navigator", Payload: "{}" }));
    expect(output.Payload?.transformToString()).toBe('{"km":3}');
    expect(service.received).toMatchObject([{ url: routed, body: "{}", signature: "ok", service: "lambda" }]);
  });

  it("goes round the SDK when the client is an ordinary one", async () => {
    const client = mesh.attach(bareClient());
    await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    expect(service.received[0]!.headers["amz-sdk-request"]).toBeUndefined();
  });

  it("gives the same output on both paths as the bare SDK does, first call and later ones", async () => {
    service.answer = () => ({
      ...ok,
      headers: { ...ok.headers, "x-amz-log-result": "bG9n", "x-amzn-requestid": "r" },
    });
    const bare = await bareClient().send(
      new InvokeCommand({ FunctionName: "fleet-navigator", Qualifier: "7" }),
    );
    const client = mesh.attach(bareClient());
    const first = await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    const second = await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    const slow = await client.send(new InvokeCommand({ FunctionName: "navigator" }), {
      requestTimeout: 9000,
    });
    for (const output of [first, second, slow]) {
      expect(output).toStrictEqual(bare);
      expect(Object.getPrototypeOf(output.Payload)).toBe(Object.getPrototypeOf(bare.Payload));
    }
    expect(service.received.map(({ headers }) => headers["amz-sdk-request"])).toEqual([
      "attempt=1; max=3",
      undefined,
      undefined,
      "attempt=1; max=1",
    ]);
  });

  it("passes on what names nothing in the mesh: same this, same arguments, same return value", async () => {
    const client = bareClient();
    const calls: unknown[][] = [];
    const result = Promise.resolve();
    Object.assign(client, {
      send(this: unknown, ...args: unknown[]) {
        calls.push([this, ...args]);
        return result;
      },
    });
    mesh.attach(client);
    const command = new InvokeCommand({ FunctionName: "someone-else" });
    const options = {};
    expect(client.send(command, options)).toBe(result);
    expect(calls).toEqual([[client, command, options]]);
    expect(calls[0]![1]).toBe(command);
    expect(calls[0]![2]).toBe(options);
  });

  it("serves callbacks, in both positions", async () => {
    const client = mesh.attach(bareClient());
    const command = new InvokeCommand({ FunctionName: "navigator" });
    const first = await new Promise((resolve) =>
      client.send(command, (_error, output) => resolve(output?.StatusCode)),
    );
    const second = await new Promise((resolve) =>
      client.send(command, {}, (_error, output) => resolve(output?.StatusCode)),
    );
    expect([first, second]).toEqual([200, 200]);
    service.answer = () => ({
      status: 404,
      headers: { "x-amzn-errortype": "ResourceNotFoundException" },
      body: "{}",
    });
    const error = await new Promise((resolve) => client.send(command, (error) => resolve(error)));
    expect(error).toBeInstanceOf(ResourceNotFoundException);
  });

  it("routes the aggregated client's methods and leaves paginators working", async () => {
    const client = mesh.attach(new Lambda({ region: "eu-west-1", credentials, endpoint: service.url }));
    expect((await client.invoke({ FunctionName: "navigator" })).StatusCode).toBe(200);
    service.answer = () => ({ body: '{"Functions":[{"FunctionName":"a"}]}' });
    const pages = [];
    for await (const page of paginateListFunctions({ client }, {})) pages.push(page.Functions?.length);
    expect(pages).toEqual([1]);
  });

  it("routes asynchronous invokes, also the deprecated operation with a streamed event", async () => {
    const client = mesh.attach(bareClient());
    service.answer = () => ({ status: 202 });
    const event = await client.send(
      new InvokeCommand({ FunctionName: "navigator", InvocationType: "Event" }),
    );
    expect(event.StatusCode).toBe(202);
    expect(service.received[0]).toMatchObject({ url: routed, headers: { "x-amz-invocation-type": "Event" } });
    const InvokeArgs = Readable.from([Buffer.from('{"a":'), Buffer.from("1}")]);
    const legacy = await client.send(new InvokeAsyncCommand({ FunctionName: "navigator", InvokeArgs }));
    expect(legacy.Status).toBe(202);
    expect(service.received[1]).toMatchObject({
      url: "/2014-11-13/functions/fleet-navigator%3A7/invoke-async",
      body: '{"a":1}',
      signature: "ok",
    });
  });

  it("can try an asynchronous invoke again whose event was a stream", async () => {
    const client = await attached({ attempts: 1 });
    const statuses = [429, 202];
    service.answer = () => ({ status: statuses.shift() ?? 500, body: "{}" });
    const InvokeArgs = Readable.from([Buffer.from('{"a":'), Buffer.from("1}")]);
    const output = await client.send(new InvokeAsyncCommand({ FunctionName: "navigator", InvokeArgs }));
    expect(output.Status).toBe(202);
    expect(service.received.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
  });

  it("routes InvokeWithResponseStream and streams the answer", async () => {
    service.answer = () => ({
      headers: { "content-type": "application/vnd.amazon.eventstream" },
      body: Buffer.concat([
        encodeResponseStreamEvent({ kind: "chunk", payload: Buffer.from("ab") }),
        encodeResponseStreamEvent({ kind: "complete", errorCode: null, errorDetails: null, logResult: null }),
      ]),
    });
    const client = mesh.attach(bareClient());
    const output = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: "navigator" }));
    expect(await textOf(output.EventStream)).toBe("ab");
    expect(service.received[0]!.url).toBe(
      "/2021-11-15/functions/fleet-navigator/response-streaming-invocations?Qualifier=7",
    );
  });

  it("keeps the caller's client context beside the mesh's", async () => {
    const ClientContext = Buffer.from('{"custom":{"mine":1}}').toString("base64");
    await mesh.attach(bareClient()).send(new InvokeCommand({ FunctionName: "navigator", ClientContext }));
    const sent = Buffer.from(
      String(service.received[0]!.headers["x-amz-client-context"]),
      "base64",
    ).toString();
    expect(JSON.parse(sent).custom).toMatchObject({ mine: 1, tulle: { v: 1, f: "dispatch" } });
  });

  it("changes nothing about a call in observe, the SDK's retries included", async () => {
    const client = await attached({ mode: "observe" });
    service.answer = () => ({ status: 503, body: "{}" });
    await client
      .send(new InvokeCommand({ FunctionName: "fleet-navigator", Qualifier: "live" }))
      .catch(() => {});
    expect(service.received).toHaveLength(3);
    expect(service.received[0]!.url).toBe("/2015-03-31/functions/fleet-navigator/invocations?Qualifier=live");
    expect(service.received[0]!.headers["x-amz-client-context"]).toBeUndefined();
  });

  it("lets every error through untouched in observe", async () => {
    const lost = await attached({ mode: "observe" }, { endpoint: "http://127.0.0.1:1", maxAttempts: 1 });
    const error = await lost.send(new InvokeCommand({ FunctionName: "fleet-navigator" })).catch((e) => e);
    expect(error).toMatchObject({ code: "ECONNREFUSED", $metadata: { attempts: 1 } });
  });

  it("is attached once however often it is attached, and is itself again when detached", async () => {
    const client = bareClient();
    const before = client.send;
    mesh.attach(mesh.attach(client));
    await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    expect(service.received).toHaveLength(1);
    mesh.detach(client);
    expect(client.send).toBe(before);
    expect(Object.hasOwn(client, "send")).toBe(false);
  });

  it("refuses what is no client", () => {
    for (const value of [null, {}, { send: () => {} }]) {
      expect(() => mesh.attach(value as never)).toThrow(expect.objectContaining({ code: "TULLE2050" }));
    }
  });
});

async function textOf(
  stream: AsyncIterable<{ PayloadChunk?: { Payload?: Uint8Array | undefined } | undefined }> | undefined,
): Promise<string> {
  let text = "";
  for await (const event of stream ?? []) text += Buffer.from(event.PayloadChunk?.Payload ?? []).toString();
  return text;
}
