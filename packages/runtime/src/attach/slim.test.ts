import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fleetMesh } from "../../test/fleet.ts";
import { credentials, type SignedService, startSignedService } from "../../test/signed-service.ts";
import type { Mesh } from "../mesh/mesh.ts";

let service: SignedService;
let mesh: Mesh;

const routed = "/2015-03-31/functions/fleet-navigator/invocations?Qualifier=7";

function bareClient(config: object = {}): LambdaClient {
  return new LambdaClient({ region: "eu-west-1", credentials, endpoint: service.url, ...config });
}

beforeAll(async () => {
  service = await startSignedService(() => ({ body: "{}" }));
  mesh = await fleetMesh();
});

afterAll(() => service.close());

beforeEach(() => {
  service.received.length = 0;
});

describe("the slim path", () => {
  const variants: readonly (readonly [string, (client: LambdaClient) => void, object])[] = [
    [
      "middleware of the user's",
      (client) => client.middlewareStack.add((next) => (args) => next(args), { step: "build", name: "mine" }),
      {},
    ],
    [
      "middleware taken away",
      (client) => void client.middlewareStack.remove("recursionDetectionMiddleware"),
      {},
    ],
    ["a request handler with a time limit", () => {}, { requestHandler: { requestTimeout: 5000 } }],
    [
      "a request handler with an agent of its own",
      () => {},
      { requestHandler: { httpAgent: { maxSockets: 1 } } },
    ],
    ["a user agent", () => {}, { customUserAgent: "mine/1" }],
    ["a logger", () => {}, { logger: { trace() {}, debug() {}, info: () => "x", warn() {}, error() {} } }],
    [
      "a request handler of the user's",
      () => {},
      { requestHandler: { metadata: { handlerProtocol: "http/1.1" }, handle: handleByHand } },
    ],
  ];

  it.each(variants)("is not taken with %s", async (_name, change, config) => {
    const client = mesh.attach(bareClient(config));
    change(client);
    const output = await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    expect(output.StatusCode).toBe(200);
    expect(service.received.at(-1)).toMatchObject({ url: routed });
    expect(
      service.received.at(-1)!.headers["x-amz-user-agent"] ?? service.received.at(-1)!.headers["user-agent"],
    ).toBeDefined();
  });

  it("is not taken for a command with middleware of its own, which runs", async () => {
    const client = mesh.attach(bareClient());
    const command = new InvokeCommand({ FunctionName: "navigator" });
    let ran = 0;
    command.middlewareStack.add(
      (next) => (args) => {
        ran++;
        return next(args);
      },
      { step: "initialize", name: "mine" },
    );
    await client.send(command);
    await client.send(command);
    expect(ran).toBe(2);
    expect(command.input.FunctionName).toBe("navigator");
  });

  it("asks the client's credentials provider for each call", async () => {
    let asked = 0;
    const provider = async () => {
      asked++;
      return { ...credentials, expiration: new Date(Date.now() - 1000) };
    };
    const client = mesh.attach(bareClient({ credentials: provider }));
    await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    const after = asked;
    await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    expect(asked).toBeGreaterThan(after);
    expect(service.received.every(({ signature }) => signature === "ok")).toBe(true);
  });

  it("signs with the clock that the SDK has corrected", async () => {
    const client = mesh.attach(bareClient({ systemClockOffset: 3_600_000 }));
    await client.send(new InvokeCommand({ FunctionName: "navigator" })).catch(() => {});
    expect(service.received[0]!.signature).toContain("InvalidSignatureException");
  });

  it("sends every header that a call can ask for", async () => {
    await mesh.attach(bareClient()).send(new InvokeCommand({ FunctionName: "navigator", LogType: "Tail" }));
    await mesh.attach(bareClient()).send(new InvokeCommand({ FunctionName: "navigator", TenantId: "t1" }));
    expect(service.received[0]!.headers["x-amz-log-type"]).toBe("Tail");
    expect(service.received[1]!.headers["x-amz-tenant-id"]).toBe("t1");
  });
});

function handleByHand(request: never, options: never): ReturnType<NodeHttpHandler["handle"]> {
  return new NodeHttpHandler().handle(request, options);
}
