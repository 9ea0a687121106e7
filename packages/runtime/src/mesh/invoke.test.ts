import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterEach, expect, it } from "vitest";
import { type Bed, type BedOptions, startBed } from "../test-bed/bed.ts";
import { TEST_KEYS } from "../test-bed/loopback.ts";

let bed: Bed;
afterEach(() => bed.close());

async function start(options: Partial<BedOptions> = {}): Promise<Bed> {
  const services = [sampleService("navigator"), sampleService("private", { allow: ["someone-else"] })];
  bed = await startBed({ snapshot: sampleSnapshot(sampleMesh(services)), ...options });
  return bed;
}

it("calls the physical function behind a logical name, signed, and gives the parsed answer", async () => {
  const { mesh, lambda } = await start();
  expect(await mesh.invoke("navigator", { from: "a" })).toEqual({ from: "a" });
  expect(lambda.seen).toMatchObject([
    { functionName: "fn-navigator", qualifier: "stable", payload: { from: "a" }, type: "RequestResponse" },
  ]);
});

it("sends who calls, until when, under which key, and a trace", async () => {
  const { mesh, lambda } = await start();
  const before = Date.now();
  await mesh.invoke("navigator", 1, { key: "robot-7", constellation: "blue" });
  const { context } = lambda.seen[0]!;
  expect(context).toMatchObject({ caller: "dispatch", key: "robot-7", constellation: "blue", attempt: 0 });
  expect(context.deadlineMs).toBeGreaterThanOrEqual(before + 3000);
  expect(context.deadlineMs).toBeLessThan(before + 4000);
  expect(context.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

it("names the function's own error, with its type and message", async () => {
  const { mesh } = await start({ reply: () => ({ kind: "functionError", errorType: "NoRouteError" }) });
  await expect(mesh.invoke("navigator", {})).rejects.toMatchObject({
    name: "FunctionFailure",
    code: "TULLE2009",
    errorType: "NoRouteError",
    errorMessage: "it failed",
    context: { service: "navigator", revision: "stable", attempts: 1, outcome: "functionError" },
  });
});

it("says what the platform refused", async () => {
  const { mesh } = await start({
    reply: () => ({ kind: "platformError", status: 403, code: "AccessDeniedException" }),
  });
  await expect(mesh.invoke("navigator", {})).rejects.toMatchObject({
    code: "TULLE2009",
    message: expect.stringContaining("AccessDeniedException: the platform says AccessDeniedException"),
  });
});

it("refuses a name that the caller does not use, without a request", async () => {
  const { mesh, lambda } = await start();
  await expect(mesh.invoke("nobody", {})).rejects.toMatchObject({ code: "TULLE2007" });
  expect(lambda.seen).toEqual([]);
});

it("refuses a callee that does not list the caller, without a request", async () => {
  const { mesh, lambda } = await start();
  await expect(mesh.invoke("private", {})).rejects.toMatchObject({ code: "TULLE2001" });
  expect(lambda.seen).toEqual([]);
});

it("refuses a payload that JSON cannot represent", async () => {
  const { mesh } = await start();
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  await expect(mesh.invoke("navigator", circle)).rejects.toMatchObject({ code: "TULLE2008" });
  await expect(mesh.invoke("navigator", () => 1)).rejects.toMatchObject({ code: "TULLE2008" });
});

it("passes bytes through as they are and gives undefined for an accepted event", async () => {
  const { mesh, lambda } = await start();
  expect(await mesh.invoke("navigator", Buffer.from('{"raw":1}'))).toEqual({ raw: 1 });
  expect(await mesh.invoke("navigator", {}, { invocationType: "Event" })).toBeUndefined();
  expect(lambda.seen[1]).toMatchObject({ type: "Event" });
});

it("keeps a key on its revision and shares keys by weight", async () => {
  const revisions = [sampleRevision("stable", { weight: 9000 }), sampleRevision("canary", { weight: 1000 })];
  const snapshot = sampleSnapshot(sampleMesh([sampleService("navigator", { revisions })]));
  const { mesh, lambda } = await start({ snapshot });
  const revisionOf = async (key: string): Promise<string | null> => {
    await mesh.invoke("navigator", {}, { key });
    return lambda.seen.at(-1)!.qualifier;
  };
  const first: (string | null)[] = [];
  for (let i = 0; i < 300; i++) first.push(await revisionOf(`robot-${i}`));
  const canary = first.filter((one) => one === "canary").length;
  expect(canary).toBeGreaterThan(10);
  expect(canary).toBeLessThan(60);
  for (let i = 0; i < 300; i += 7) expect(await revisionOf(`robot-${i}`)).toBe(first[i]);
});

it("splits by a field of the payload where the service says so", async () => {
  const revisions = [sampleRevision("a", { weight: 5000 }), sampleRevision("b", { weight: 5000 })];
  const stickiness = { kind: "payload", field: "robot" } as const;
  const snapshot = sampleSnapshot(sampleMesh([sampleService("navigator", { revisions, stickiness })]));
  const { mesh, lambda, decisions } = await start({ snapshot });
  for (let i = 0; i < 20; i++) await mesh.invoke("navigator", { robot: i % 2, i });
  expect(new Set(decisions.map((one) => one.drawnBy))).toEqual(new Set(["payload"]));
  const byRobot = (robot: number): Set<unknown> =>
    new Set(
      lambda.seen
        .filter((one) => (one.payload as { robot: number }).robot === robot)
        .map((one) => one.qualifier),
    );
  expect([byRobot(0).size, byRobot(1).size]).toEqual([1, 1]);
});

it("shows every decision with what it was made from", async () => {
  const { mesh, decisions } = await start();
  await mesh.invoke("navigator", {}, { key: "robot-7" });
  expect(decisions).toMatchObject([
    {
      snapshotVersion: 1,
      caller: "dispatch",
      service: "navigator",
      kind: "route",
      target: "fn-navigator:stable",
      key: "robot-7",
    },
  ]);
});

it("gives up with the signal's reason, before and during a call", async () => {
  const { mesh, lambda } = await start({ reply: () => ({ kind: "silence" }) });
  const reason = new Error("no longer needed");
  await expect(mesh.invoke("navigator", {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(lambda.seen).toEqual([]);
  const controller = new AbortController();
  const call = mesh.invoke("navigator", {}, { signal: controller.signal });
  while (lambda.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
});

it("needs keys in the environment, and uses them as soon as they are there", async () => {
  const { lambda, another } = await start();
  const environment: Record<string, string> = { AWS_ENDPOINT_URL_LAMBDA: lambda.url };
  const mesh = another("dispatch", { environment });
  await expect(mesh.invoke("navigator", 1)).rejects.toMatchObject({
    code: "TULLE2005",
    cause: expect.objectContaining({ message: "no AWS credentials in the environment" }),
  });
  Object.assign(environment, TEST_KEYS);
  expect(await mesh.invoke("navigator", 1)).toBe(1);
});
