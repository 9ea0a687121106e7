import type { InvocationMeta } from "@tulle/core/ports";
import { sampleMesh, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterEach, expect, it } from "vitest";
import { type Bed, type BedOptions, startBed } from "../test-bed/bed.ts";
import { contextOfRecord } from "./inbound.ts";

let bed: Bed;
afterEach(() => bed?.close());

async function start(options: Partial<BedOptions> = {}): Promise<Bed> {
  const services = [sampleService("navigator"), sampleService("charging"), sampleService("maps")];
  bed = await startBed({ snapshot: sampleSnapshot(sampleMesh(services)), ...options });
  await bed.mesh.ready();
  return bed;
}

function meta(changes: Partial<InvocationMeta> = {}): InvocationMeta {
  const deadlineMs = Date.now() + 5000;
  return {
    requestId: "1",
    deadlineMs,
    invokedFunctionArn: "",
    clientContext: null,
    traceId: null,
    epoch: null,
    ...changes,
  };
}

const root = "0af7651916cd43dd8448eb211c80319c";

it("hands the caller's context on: key, constellation, values, trace, the earlier deadline", async () => {
  const { mesh, lambda } = await start();
  const deadlineMs = Date.now() + 700;
  const tulle = {
    v: 1,
    t: `00-${root}-b7ad6b7169203331-01`,
    d: deadlineMs,
    c: "blue",
    k: "r7",
    x: { tier: "gold" },
    p: "c",
  };
  await mesh.invocation(meta({ clientContext: { custom: { tulle } } }), () => mesh.invoke("navigator"));
  const { context } = lambda.seen[0]!;
  expect(context).toMatchObject({
    deadlineMs,
    constellation: "blue",
    key: "r7",
    values: { tier: "gold" },
    criticality: "critical",
    caller: "dispatch",
  });
  expect(context.traceparent).toMatch(new RegExp(`^00-${root}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
});

it("stops work three calls deep by the deadline that was set at the door", async () => {
  const names = ["navigator", "charging", "maps"];
  await start({
    reply: async (invoke) => {
      const depth = names.findIndex((name) => `fn-${name}` === invoke.functionName);
      const next = names[depth + 1];
      if (next === undefined) return { kind: "silence" };
      const clientContext = { custom: { tulle: { v: 1, d: invoke.context.deadlineMs } } };
      const far = meta({ clientContext, deadlineMs: Date.now() + 60_000 });
      return callees[depth]!.invocation(far, async () => {
        const error: { code: string } = await callees[depth]!.invoke(next).then(
          () => ({ code: "none" }),
          (e) => e,
        );
        return { kind: "functionError", errorType: error.code };
      });
    },
  });
  const timeouts = { requestMs: 60_000, backendRequestMs: 60_000 };
  bed.control.snapshot = sampleSnapshot(
    sampleMesh(names.map((name) => sampleService(name, { timeouts }))),
    2,
  );
  const callees = names.map((name) => bed.another(name));
  const door = bed.another("gateway/edge");
  await Promise.all([...callees, door].map((mesh) => mesh.ready()));
  const started = Date.now();
  const deadlineMs = started + 500;
  const outcome = door.within({ deadlineMs }, () => door.invoke("navigator"));
  await expect(outcome).rejects.toMatchObject({ code: expect.stringMatching(/TULLE2003|TULLE2009/) });
  expect(Date.now() - started).toBeLessThan(5000);
  expect(bed.lambda.seen.map((one) => one.context.deadlineMs)).toEqual([deadlineMs, deadlineMs, deadlineMs]);
});

it("fires the signal at the deadline, gives the same one each time, and a quiet one outside", async () => {
  const { mesh } = await start();
  expect(mesh.signal().aborted).toBe(false);
  await mesh.invocation(meta({ deadlineMs: Date.now() + 30 }), async () => {
    const signal = mesh.signal();
    expect(mesh.signal()).toBe(signal);
    expect(signal.aborted).toBe(false);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    expect(signal.reason).toMatchObject({ name: "TimeoutError" });
  });
});

it("keeps the states of requests that are handled at the same time apart", async () => {
  const { mesh, lambda } = await start();
  const keys = Array.from({ length: 100 }, (_, i) => `robot-${i}`);
  const seen = await Promise.all(
    keys.map((key, i) =>
      mesh.invocation(meta({ clientContext: { custom: { tulle: { v: 1, k: key } } } }), async () => {
        for (let turn = 0; turn < i % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        await mesh.invoke("navigator", { i });
        return mesh.context().key;
      }),
    ),
  );
  expect(seen).toEqual(keys);
  for (const one of lambda.seen) {
    expect(one.context.key).toBe(`robot-${(one.payload as { i: number }).i}`);
  }
  expect(mesh.context().key).toBeNull();
});

it("never alters the handler's value or error", async () => {
  const { mesh } = await start();
  const value = { some: "object" };
  expect(await mesh.invocation(meta(), async () => value)).toBe(value);
  const error = new RangeError("mine");
  await expect(mesh.invocation(meta(), () => Promise.reject(error))).rejects.toBe(error);
});

it("keeps a listener's mistake from the handler, and says it", async () => {
  const { mesh, warnings } = await start();
  mesh.use({
    invocationStart: () => {
      throw new Error("oops");
    },
  });
  expect(await mesh.invocation(meta(), async () => 1)).toBe(1);
  expect(warnings).toMatchObject([{ message: expect.stringContaining("oops") }]);
});

it("tells listeners of the start and the end of an invocation", async () => {
  const { mesh } = await start();
  const log: string[] = [];
  mesh.use({
    invocationStart: ({ requestId }, { key }) => void log.push(`start ${requestId} ${key}`),
    invocationEnd: ({ requestId }) => void log.push(`end ${requestId}`),
  });
  await mesh.invocation(meta({ clientContext: { custom: { tulle: { v: 1, k: "r7" } } } }), async () =>
    log.push("run"),
  );
  expect(log).toEqual(["start 1 r7", "run", "end 1"]);
});

it("wraps a Lambda handler by what its context object says, once however often it is wrapped", async () => {
  const { mesh } = await start();
  const clientContext = { custom: { tulle: { v: 1, k: "r7", d: Date.now() + 60_000 } } };
  const lambdaContext = { awsRequestId: "9", clientContext, getRemainingTimeInMillis: () => 1000 };
  let invocations = 0;
  mesh.use({ invocationStart: () => void invocations++ });
  const inner = mesh.handler(async (event: number, context: typeof lambdaContext) => {
    expect(context).toBe(lambdaContext);
    return { event, key: mesh.context().key, leftMs: mesh.context().deadlineMs! - Date.now() };
  });
  const answer = await mesh.handler(inner)(5, lambdaContext);
  expect(answer).toMatchObject({ event: 5, key: "r7" });
  expect(answer.leftMs).toBeLessThanOrEqual(1000);
  expect(invocations).toBe(1);
});

it("runs a wrapped handler that is called without a context, as in a unit test", async () => {
  const { mesh } = await start();
  const handler = mesh.handler((event: string) => `${event}!`);
  expect(await handler("hi", undefined as never)).toBe("hi!");
});

it.each([
  [
    "a W3C context under custom",
    { custom: { w3c: { traceparent: `00-${root}-b7ad6b7169203331-01` } } },
    null,
  ],
  ["a W3C context beside custom", { w3c: { traceparent: `00-${root}-b7ad6b7169203331-01` } }, null],
  [
    "the platform's trace header",
    null,
    `Root=1-${root.slice(0, 8)}-${root.slice(8)};Parent=b7ad6b7169203331;Sampled=1`,
  ],
])("takes the trace from %s", async (_what, clientContext, traceId) => {
  const { mesh } = await start();
  await mesh.invocation(meta({ clientContext, traceId }), async () => {
    expect(mesh.context().traceparent).toBe(`00-${root}-b7ad6b7169203331-01`);
  });
});

it.each([
  ["no object", "text"],
  ["custom of the wrong type", { custom: 7 }],
  ["a malformed trace", { custom: { tulle: { v: 1, t: "00-zz" }, w3c: { traceparent: 5 } } }],
  ["an array", { custom: { tulle: [] } }],
])("starts a trace of its own when the client context is %s", async (_what, clientContext) => {
  const { mesh } = await start();
  await mesh.invocation(meta({ clientContext }), async () => {
    expect(mesh.context().traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

it("sends the platform's trace header on, so that recursion is noticed", async () => {
  const { mesh, lambda } = await start();
  const traceId = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a:1";
  await mesh.invocation(meta({ traceId }), () => mesh.invoke("navigator"));
  expect(lambda.seen[0]!.headers["x-amzn-trace-id"]).toBe(traceId);
});

it("gives each SQS and SNS record its own context, bounded by the invocation's deadline", () => {
  const wire = JSON.stringify({ v: 1, k: "r7", d: 5000 });
  const sqs = { messageAttributes: { tulle: { stringValue: wire, dataType: "String" } }, body: "{}" };
  const sns = { Sns: { MessageAttributes: { tulle: { Type: "String", Value: wire } } } };
  expect(contextOfRecord(sqs, null)).toMatchObject({ key: "r7", deadlineMs: 5000 });
  expect(contextOfRecord(sns, 3000)).toMatchObject({ key: "r7", deadlineMs: 3000 });
  const bad = { messageAttributes: { tulle: { stringValue: "{" } } };
  for (const record of [null, "text", {}, bad]) expect(contextOfRecord(record, null).key).toBeNull();
});
