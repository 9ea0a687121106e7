import type { ServiceConfig } from "@tulle/core/model";
import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterEach, expect, it } from "vitest";
import { type Bed, startBed } from "../test-bed/bed.ts";
import { type Loopback, startHttp } from "../test-bed/loopback.ts";

let bed: Bed;
let http: Loopback;
afterEach(() => Promise.all([bed.close(), http.stop()]));

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const seen: Seen[] = [];

async function start(status: () => number, changes: Partial<ServiceConfig> = {}): Promise<Bed> {
  seen.length = 0;
  http = await startHttp(({ method, url, headers }, body, response) => {
    seen.push({ method: method!, url: url!, headers, body: body.toString() });
    response.writeHead(status(), { "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] });
    response.end(status() === 204 ? undefined : `you said ${body}`);
  });
  const weather = sampleService("weather", {
    backend: { kind: "http", url: `${http.url}/base/` },
    revisions: [sampleRevision("stable", { qualifier: null })],
    retry: { ...sampleService("x").retry, backoff: { baseMs: 1, maxMs: 1 } },
    ...changes,
  });
  bed = await startBed({ snapshot: sampleSnapshot(sampleMesh([weather, sampleService("navigator")])) });
  return bed;
}

it("calls a path below the service's base URL and gives a Response", async () => {
  const { mesh } = await start(() => 200);
  const response = await mesh.fetch("weather", "/today?city=1", {
    method: "post",
    headers: { "X-Mine": "yes" },
    body: "hello",
  });
  expect(response).toBeInstanceOf(Response);
  expect([response.status, await response.text()]).toEqual([200, "you said hello"]);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(seen).toMatchObject([{ method: "POST", url: "/base/today?city=1", body: "hello" }]);
  expect(seen[0]!.headers).toMatchObject({ "x-mine": "yes", traceparent: expect.stringMatching(/^00-/) });
});

it("reads no answer beyond its bound", async () => {
  const { mesh } = await start(() => 200);
  const body = "x".repeat(100);
  await expect(mesh.fetch("weather", "/", { method: "POST", body, maxBodyBytes: 50 })).rejects.toMatchObject({
    code: "TULLE2009",
    message: '"weather" answered with more bytes than are read',
  });
  const whole = await mesh.fetch("weather", "/", { method: "POST", body, maxBodyBytes: 200 });
  expect(await whole.text()).toHaveLength(109);
});

it("sends no key and no caller to a service that may be anybody's", async () => {
  const { mesh } = await start(() => 200);
  await mesh.fetch("weather", "/", { key: "robot-7" });
  expect(JSON.stringify(seen[0]!.headers)).not.toMatch(/robot-7|dispatch/);
});

it("encodes what Response can encode, with its content type", async () => {
  const { mesh } = await start(() => 200);
  await mesh.fetch("weather", "/", { method: "PUT", body: new URLSearchParams({ a: "1" }) });
  expect(seen[0]).toMatchObject({ body: "a=1" });
  expect(seen[0]!.headers["content-type"]).toContain("application/x-www-form-urlencoded");
});

it("gives the service's own errors as they are, and reads no snapshot for a 404", async () => {
  const { mesh } = await start(() => 404);
  const response = await mesh.fetch("weather", "/missing");
  expect(response.status).toBe(404);
  expect(seen.length).toBe(1);
  expect(bed.control.reads).toBe(1);
});

it("repeats by the method's idempotency where the service does not say", async () => {
  const { mesh } = await start(() => 503, { idempotent: false });
  expect((await mesh.fetch("weather", "/")).status).toBe(503);
  expect(seen.length).toBe(3);
  await mesh.fetch("weather", "/", { method: "POST" });
  expect(seen.length).toBe(4);
});

it("gives a bodiless answer and the fallback value as Responses", async () => {
  let status = 204;
  const { mesh } = await start(() => status, { fallback: { kind: "value", value: { sky: "grey" } } });
  expect(await (await mesh.fetch("weather", "/")).text()).toBe("");
  status = 500;
  expect(await (await mesh.fetch("weather", "/")).json()).toEqual({ sky: "grey" });
});

it("says which of the two ways leads to a service", async () => {
  const { mesh } = await start(() => 200);
  await expect(mesh.fetch("navigator", "/")).rejects.toMatchObject({ code: "TULLE2012" });
  await expect(mesh.invoke("weather")).rejects.toMatchObject({ code: "TULLE2012" });
});
