import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { Tracer } from "@aws-lambda-powertools/tracer";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { mockClient } from "aws-sdk-client-mock";
import xray from "aws-xray-sdk-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fleetMesh } from "../../test/fleet.ts";
import { credentials, type SignedService, startSignedService } from "../../test/signed-service.ts";
import type { Mesh } from "../mesh/mesh.ts";

let service: SignedService;
let mesh: Mesh;

const command = (): InvokeCommand => new InvokeCommand({ FunctionName: "navigator", Payload: "{}" });
const isRouted = (): boolean =>
  service.received.every(({ url }) => url.includes("fleet-navigator") && url.endsWith("=7"));

function client(): LambdaClient {
  return new LambdaClient({ region: "eu-west-1", credentials, endpoint: service.url });
}

beforeAll(async () => {
  service = await startSignedService(() => ({ body: "{}" }));
  mesh = await fleetMesh();
});

afterAll(() => service.close());

beforeEach(() => {
  service.received.length = 0;
});

interface Segment {
  addNewSubsegment: unknown;
  subsegments?: { name: string; aws?: { operation: string }; http?: { response?: { status: number } } }[];
}

describe("beside the tracers", () => {
  it.each(["before", "after"])(
    "X-Ray sees a call of a client that it captured %s attaching",
    async (order) => {
      xray.enableManualMode();
      const segment = new xray.Segment("test");
      const traced = client();
      if (order === "after") mesh.attach(traced);
      xray.captureAWSv3Client(traced as never, segment);
      if (order === "before") mesh.attach(traced);
      await traced.send(command());
      const { subsegments } = segment as unknown as Segment;
      expect(subsegments).toMatchObject([
        { name: "Lambda", aws: { operation: "Invoke" }, http: { response: { status: 200 } } },
      ]);
      expect(service.received[0]!.headers["x-amzn-trace-id"]).toContain("Parent=");
      expect(service.received[0]!.signature).toBe("ok");
      expect(isRouted()).toBe(true);
      xray.enableAutomaticMode();
    },
  );

  it("Powertools sees a call of a client that it captured", async () => {
    const tracer = new Tracer({ enabled: true, serviceName: "dispatch", captureHTTPsRequests: false });
    // Outside of Lambda the tracer switches itself off, whatever it is told.
    Object.assign(tracer, { tracingEnabled: true });
    xray.enableAutomaticMode();
    const segment = new xray.Segment("test");
    const traced = tracer.captureAWSv3Client(mesh.attach(client()) as never) as unknown as LambdaClient;
    await xray.getNamespace().runPromise(async () => {
      xray.setSegment(segment);
      await traced.send(command());
    });
    const { subsegments } = segment as unknown as Segment;
    expect(subsegments).toMatchObject([{ name: "Lambda", http: { response: { status: 200 } } }]);
    expect(isRouted()).toBe(true);
  });

  it("OpenTelemetry, registered before the SDK is loaded, makes a span with the real target", async () => {
    const script = join(import.meta.dirname, "../../test/traced-function.cjs");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=tulle-source", script, service.url],
      { timeout: 20_000 },
    );
    expect(JSON.parse(stdout)).toMatchObject([
      {
        name: "fleet-navigator Invoke",
        attributes: { "rpc.method": "Invoke", "http.response.status_code": 200 },
      },
    ]);
    expect(service.received).toHaveLength(1);
    expect(isRouted()).toBe(true);
  }, 30_000);

  it("OpenTelemetry makes a span also for a client that was attached before it was enabled", async () => {
    const { AwsInstrumentation } = await import("@opentelemetry/instrumentation-aws-sdk");
    const exporter = new InMemorySpanExporter();
    const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const early = mesh.attach(client());
    await early.send(command());
    const instrumentation = new AwsInstrumentation();
    instrumentation.setTracerProvider(provider);
    // It patches modules as they are required; this one was loaded before, so its own patch is applied by
    // hand.
    const core = createRequire(import.meta.url)("@smithy/core/client");
    const patched = instrumentation as unknown as {
      patchV3SmithyClient(exports: object, version: string): object;
      unpatchV3SmithyClient(exports: object): void;
    };
    patched.patchV3SmithyClient(core, "3.41.0");
    try {
      await early.send(command());
    } finally {
      patched.unpatchV3SmithyClient(core);
    }
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(["fleet-navigator Invoke"]);
    expect(isRouted()).toBe(true);
  });

  it("aws-sdk-client-mock sees the calls of a class that it mocks after attaching", async () => {
    const attached = mesh.attach(client());
    const mock = mockClient(LambdaClient);
    mock.on(InvokeCommand).resolves({ StatusCode: 200, ExecutedVersion: "mocked" });
    const output = await attached.send(command());
    expect(output.ExecutedVersion).toBe("mocked");
    expect(
      mock.commandCalls(InvokeCommand, { FunctionName: "fleet-navigator", Qualifier: "7" }),
    ).toHaveLength(1);
    expect(service.received).toHaveLength(0);
    mock.restore();
    expect((await attached.send(command())).StatusCode).toBe(200);
    expect(service.received).toHaveLength(1);
  });

  it.each(["before", "after"])(
    "aws-sdk-client-mock sees the calls of an instance that it mocks %s attaching",
    async (order) => {
      const attached = client();
      if (order === "after") mesh.attach(attached);
      const mock = mockClient(attached);
      if (order === "before") mesh.attach(attached);
      mock.on(InvokeCommand).resolves({ StatusCode: 200, ExecutedVersion: "mocked" });
      expect((await attached.send(command())).ExecutedVersion).toBe("mocked");
      expect(mock.commandCalls(InvokeCommand)).toHaveLength(1);
      expect(service.received).toHaveLength(0);
    },
  );
});
