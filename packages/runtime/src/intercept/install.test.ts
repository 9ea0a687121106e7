import http, { request as namedRequest } from "node:http";
import https from "node:https";
import { Readable } from "node:stream";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fleetMesh } from "../../test/fleet.ts";
import { credentials, type SignedService, startSignedService } from "../../test/signed-service.ts";
import type { DataPlane } from "../data-plane/data-plane.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { installInterception, type Uninstall } from "./install.ts";

let service: SignedService;
let mesh: Mesh;
let uninstall: Uninstall;
/** What the data plane has to wait for at the moment. */
let fresh: Promise<void> | null = null;

beforeAll(async () => {
  service = await startSignedService(() => ({ body: "{}" }));
  mesh = await fleetMesh();
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", credentials.sessionToken);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await service.close();
});

beforeEach(() => {
  service.received.length = 0;
  service.answer = () => ({ body: "{}" });
  fresh = null;
  const plane = new Proxy(mesh.plane, {
    get(target, name) {
      if (name === "fresh") return () => fresh;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  }) as DataPlane;
  uninstall = installInterception(plane, { AWS_ENDPOINT_URL: service.url });
});

afterEach(() => uninstall());

const config = () => ({ region: "eu-west-1", credentials, endpoint: service.url, maxAttempts: 1 });
const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
const get = (TableName: string) => new GetItemCommand({ TableName, Key: { id: { S: "1" } } });

describe("interception", () => {
  it("routes an Invoke and rewrites a table's name, with keys of the environment", async () => {
    await new LambdaClient(config()).send(new InvokeCommand({ FunctionName: "navigator" }));
    await new DynamoDBClient(config()).send(get("robots"));
    expect(service.received).toMatchObject([
      { url: "/2015-03-31/functions/fleet-navigator/invocations?Qualifier=7", signature: "ok" },
      { body: expect.stringContaining("fleet-robots-3"), signature: "ok" },
    ]);
  });

  it("goes through an agent that is not the SDK's own, and through a wrapped http.request", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 7 });
    const invoke = (client: LambdaClient): Promise<unknown> =>
      client.send(new InvokeCommand({ FunctionName: "navigator" }));
    const created = vi.spyOn(agent, "createConnection");
    await invoke(new LambdaClient({ ...config(), requestHandler: { httpAgent: agent } }));
    expect(created).toHaveBeenCalledTimes(1);
    agent.destroy();

    uninstall();
    const { request } = http;
    let watched = 0;
    http.request = ((...args: Parameters<typeof request>) => {
      watched += 1;
      return request(...args);
    }) as typeof request;
    try {
      uninstall = installInterception(mesh.plane, { AWS_ENDPOINT_URL: service.url });
      await invoke(new LambdaClient(config()));
    } finally {
      uninstall();
      http.request = request;
    }
    expect(watched).toBe(1);
    expect(service.received.map(({ signature }) => signature)).toEqual(["ok", "ok"]);
    expect(service.received.every(({ url }) => url.includes("fleet-navigator"))).toBe(true);
  });

  it("sends again over the bundle's own agent when a kept connection is dead, as after a thaw", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 7 });
    const client = new LambdaClient({ ...config(), requestHandler: { httpAgent: agent } });
    const invoke = (): Promise<unknown> => client.send(new InvokeCommand({ FunctionName: "navigator" }));
    await invoke();
    service.breakConnections();
    expect(await invoke()).toMatchObject({ StatusCode: 200 });
    agent.destroy();
  });

  it("waits for a snapshot that is on its way, whatever kind of body is sent", async () => {
    fresh = wait();
    const s3 = new S3Client({ ...config(), forcePathStyle: true });
    const Body = Readable.from([Buffer.from("te"), Buffer.from("xt")]);
    await Promise.all([
      new LambdaClient(config()).send(new InvokeCommand({ FunctionName: "navigator" })),
      new DynamoDBClient(config()).send(get("robots")),
      s3.send(new PutObjectCommand({ Bucket: "maps", Key: "whole", Body: "text" })),
      s3.send(new PutObjectCommand({ Bucket: "maps", Key: "piped", Body, ContentLength: 4 })),
    ]);
    expect(service.received.map(({ signature }) => signature)).toEqual(["ok", "ok", "ok", "ok"]);
    const paths = service.received.map(({ url }) => url.split("?")[0]).sort();
    expect(paths).toEqual([
      "/",
      "/2015-03-31/functions/fleet-navigator/invocations",
      "/fleet-maps-eu/piped",
      "/fleet-maps-eu/whole",
    ]);
    expect(service.received.filter(({ body }) => body.includes("text") || body.includes("te"))).toHaveLength(
      2,
    );
  });

  it("sends on as it was what turns out not to be the mesh's", async () => {
    fresh = wait();
    const output = await new LambdaClient(config()).send(new InvokeCommand({ FunctionName: "someone-else" }));
    await new DynamoDBClient(config()).send(get("elsewhere"));
    expect(output.StatusCode).toBe(200);
    expect(service.received.map(({ signature }) => signature)).toEqual(["ok", "ok"]);
  });

  it("can be aborted while it waits", async () => {
    fresh = new Promise(() => {});
    const controller = new AbortController();
    const call = new LambdaClient(config()).send(new InvokeCommand({ FunctionName: "navigator" }), {
      abortSignal: controller.signal,
    });
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });

  it("hands every other request to Node with the very arguments, and back what Node returns", async () => {
    uninstall();
    const original = http.request;
    const made = { end() {} };
    const seen: unknown[][] = [];
    http.request = ((...args: unknown[]) => {
      seen.push(args);
      return made;
    }) as never;
    uninstall = installInterception(mesh.plane, {});
    const options = { host: "example.org", headers: { authorization: "Bearer x" } };
    const callback = (): void => {};
    expect(http.request(options, callback)).toBe(made);
    expect(http.request("http://example.org/", options, callback)).toBe(made);
    expect(http.get(options)).toBe(made);
    expect(seen).toEqual([[options, callback], ["http://example.org/", options, callback], [options]]);
    expect(seen[0]![0]).toBe(options);
    uninstall();
    http.request = original;
  });

  it("is seen by modules that imported the function by name, and gone when it is uninstalled", () => {
    expect(namedRequest).toBe(http.request);
    const intercepted = [http.request, http.get, https.request, https.get];
    uninstall();
    expect([http.request, http.get, https.request, https.get].some((now, i) => now === intercepted[i])).toBe(
      false,
    );
    expect(namedRequest).toBe(http.request);
  });

  it("does not intercept what the mesh itself sends: an attached client makes one call", async () => {
    const client = mesh.attach(new LambdaClient(config()));
    // `fleet-navigator` is known to the mesh by its physical name too, so a second routing would show in a
    // second context.
    await client.send(new InvokeCommand({ FunctionName: "navigator" }));
    await client.send(new InvokeCommand({ FunctionName: "navigator" }), { requestTimeout: 9000 });
    expect(service.received).toHaveLength(2);
    expect(service.received[1]!.headers["amz-sdk-request"]).toBe("attempt=1; max=1");
  });

  it("gives whoever calls `http.request` by hand a response as Node's", async () => {
    service.answer = () => ({ headers: { "x-amz-executed-version": "7" }, body: '{"km":3}' });
    const events: string[] = [];
    const { status, body, version } = await new Promise<{ status?: number; body: string; version?: unknown }>(
      (resolve, reject) => {
        const request = http.request(signedByHand(), (response) => {
          let body = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => {
            body += chunk;
          });
          response.on("end", () => {
            const { statusCode: status, headers } = response;
            request.on("close", () =>
              resolve({ status: status!, body, version: headers["x-amz-executed-version"] }),
            );
          });
        });
        for (const name of ["socket", "finish", "response", "close"])
          request.on(name, () => events.push(name));
        request.on("error", reject);
        request.setNoDelay(true);
        request.setSocketKeepAlive(true);
        request.setTimeout(5000);
        expect(request.getHeader("Host")).toBe(new URL(service.url).host);
        request.write("{");
        request.end("}");
      },
    );
    expect({ status, body, version }).toEqual({ status: 200, body: '{"km":3}', version: "7" });
    expect(service.received[0]!.body).toBe("{}");
    expect(new Set(events)).toEqual(new Set(["socket", "finish", "response", "close"]));
    expect(events.at(-1)).toBe("close");
  });

  it("fails a request that is destroyed before its answer as Node does", async () => {
    service.answer = () => ({ delayMs: 1000 });
    const error = await new Promise((resolve) => {
      const request = http.request(signedByHand());
      request.on("error", resolve);
      request.end("{}");
      setTimeout(() => request.destroy(), 20);
    });
    expect(error).toMatchObject({ code: "ECONNRESET", message: "socket hang up" });
  });
});

/** The options of a signed Invoke; the old signature is never looked at, only who made it. */
function signedByHand(): http.RequestOptions {
  const { host, hostname, port } = new URL(service.url);
  const scope = `${credentials.accessKeyId}/20260101/eu-west-1/lambda/aws4_request`;
  return {
    hostname,
    port,
    method: "POST",
    path: "/2015-03-31/functions/navigator/invocations",
    headers: {
      Host: host,
      Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
  };
}
