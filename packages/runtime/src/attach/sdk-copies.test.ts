import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as installed from "@aws-sdk/client-lambda";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fleetMesh } from "../../test/fleet.ts";
import { credentials, type SignedService, startSignedService } from "../../test/signed-service.ts";
import type { Mesh } from "../mesh/mesh.ts";

type Sdk = Pick<typeof installed, "InvokeCommand" | "LambdaClient" | "ResourceNotFoundException">;

let folder: string;
let copy: Sdk;
let service: SignedService;
let mesh: Mesh;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tulle-sdk-"));
  await build({
    stdin: {
      contents:
        'export { InvokeCommand, LambdaClient, ResourceNotFoundException } from "@aws-sdk/client-lambda";',
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    outfile: join(folder, "sdk.cjs"),
  });
  copy = createRequire(import.meta.url)(join(folder, "sdk.cjs"));
  service = await startSignedService(() => ({ body: '{"km":3}' }));
  mesh = await fleetMesh();
}, 60_000);

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  service.received.length = 0;
});

describe("two copies of the SDK in one process, one of them minified", () => {
  it("are both routed on the slim path, each with outputs and errors of its own classes", async () => {
    const classes = new Set<object>();
    for (const sdk of [copy, installed]) {
      service.answer = () => ({ body: '{"km":3}' });
      const client = new sdk.LambdaClient({ region: "eu-west-1", credentials, endpoint: service.url });
      mesh.attach(client);
      for (let i = 0; i < 2; i++) {
        const output = await client.send(new sdk.InvokeCommand({ FunctionName: "navigator" }));
        expect(output.Payload?.transformToString()).toBe('{"km":3}');
        classes.add(Object.getPrototypeOf(output.Payload));
      }
      service.answer = () => ({
        status: 404,
        headers: { "x-amzn-errortype": "ResourceNotFoundException" },
        body: "{}",
      });
      const error = await client.send(new sdk.InvokeCommand({ FunctionName: "navigator" })).catch((e) => e);
      expect(Object.getPrototypeOf(error)).toBe(sdk.ResourceNotFoundException.prototype);
    }
    expect(classes.size).toBe(2);
    // A target that is not found is tried once more, with a fresh snapshot.
    expect(service.received).toHaveLength(8);
    for (const { url, headers } of service.received) {
      expect(url).toContain("fleet-navigator");
      expect(headers["amz-sdk-request"]).toBeUndefined();
    }
  });
});
