import type { Mode } from "@tulle/core/model";
import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterEach, expect, it } from "vitest";
import { type Bed, startBed } from "../test-bed/bed.ts";
import type { LambdaStandIn } from "../test-bed/loopback.ts";
import type { Attempt, CallTarget, Transport } from "./data-plane.ts";

let bed: Bed;
afterEach(() => bed.close());

const revisions = [sampleRevision("stable", { weight: 9999 }), sampleRevision("canary", { weight: 1 })];

async function start(
  modes: { mesh?: Mode; service?: Mode; environment?: string },
  reply: LambdaStandIn["reply"] = () => ({ kind: "answer", value: "fine" }),
): Promise<Bed> {
  const services = [
    sampleService("navigator", { mode: modes.service ?? "enforce", revisions }),
    sampleService("private", { mode: modes.service ?? "enforce", allow: [] }),
  ];
  bed = await startBed({
    snapshot: sampleSnapshot(sampleMesh(services, { mode: modes.mesh ?? "enforce" })),
    reply,
    environment: modes.environment === undefined ? {} : { TULLE_MODE: modes.environment },
  });
  return bed;
}

/** Remembers the attempts and answers them all alike. */
function listener(status = 200): { readonly attempts: Attempt[]; readonly transport: Transport<string> } {
  const attempts: Attempt[] = [];
  const errorCode = status === 200 ? "" : "ServiceException";
  const transport: Transport<string> = async (attempt) => {
    attempts.push(attempt);
    return {
      result: { kind: "answer", status, errorCode, functionError: false, errorType: "" },
      response: "raw",
    };
  };
  return { attempts, transport };
}

const original: CallTarget = { kind: "function", functionName: "somewhere-else", qualifier: "7" };
const spec = { service: "navigator", payload: "{}", invocationType: "RequestResponse", original } as const;

it("in observe sends the call exactly where it was going, with nothing added and no limit", async () => {
  const { mesh } = await start({ service: "observe" });
  await mesh.ready();
  const { attempts, transport } = listener();
  const outcome = await mesh.plane.call({ ...spec, transport, clientContext: "dGhlaXJz" });
  expect(outcome).toMatchObject({ kind: "answer", response: "raw" });
  expect(attempts).toMatchObject([
    { target: original, clientContext: "dGhlaXJz", context: null, timeoutMs: Number.POSITIVE_INFINITY },
  ]);
});

it("in observe decides and records, but refuses, retries, sheds and falls back on nothing", async () => {
  const { mesh, decisions, control } = await start({ service: "observe" });
  await mesh.ready();
  const { attempts, transport } = listener(500);
  for (let i = 0; i < 6; i++) await mesh.plane.call({ ...spec, transport });
  const late = { deadlineMs: Date.now() - 1000 };
  await mesh.within(late, () => mesh.plane.call({ ...spec, transport }));
  await mesh.plane.call({ ...spec, service: "private", transport });
  expect(attempts.length).toBe(8);
  expect(decisions.map((one) => one.kind)).toEqual([
    "route",
    "route",
    "route",
    "route",
    "shed",
    "shed",
    "refuse",
    "refuse",
  ]);
  bed.clock.offsetMs = 2000;
  mesh.flush();
  await expect
    .poll(() => control.reports.flatMap((one) => one.edges))
    .toContainEqual(
      expect.objectContaining({
        service: "navigator",
        revision: "stable",
        outcomes: { unavailable: 7 },
        refusals: {},
      }),
    );
});

it("in observe books on the revision that the call really goes to", async () => {
  const { mesh, control } = await start({ service: "observe" });
  await mesh.ready();
  const { transport } = listener();
  const canary: CallTarget = { kind: "function", functionName: "fn-navigator", qualifier: "canary" };
  await mesh.plane.call({ ...spec, original: canary, transport });
  bed.clock.offsetMs = 2000;
  mesh.flush();
  await expect
    .poll(() => control.reports.flatMap((one) => one.edges.map((edge) => edge.revision)))
    .toEqual(["canary"]);
});

it.each([
  ["the environment", { environment: "off" }],
  ["the mesh", { mesh: "off" as const }],
  ["the service", { service: "off" as const }],
])("switched off by %s knows no names, and calls by logical name still arrive", async (_who, modes) => {
  const { mesh, lambda, decisions } = await start(modes);
  expect(await mesh.invoke("navigator")).toBe("fine");
  expect(mesh.plane.lookup("navigator")).toBeUndefined();
  expect(lambda.seen).toMatchObject([{ functionName: "fn-navigator", qualifier: "stable" }]);
  expect(lambda.seen[0]!.headers["x-amz-client-context"]).toBeUndefined();
  expect(decisions).toEqual([]);
});

it("switched off by the environment reads no snapshot until somebody names a service", async () => {
  const { mesh, control } = await start({ environment: "off" });
  await mesh.invocation(
    {
      requestId: "1",
      deadlineMs: Date.now() + 1000,
      invokedFunctionArn: "",
      clientContext: null,
      traceId: null,
      epoch: 9,
    },
    async () => undefined,
  );
  expect(control.reads).toBe(0);
});

it("is off while the newest word is off, and waits for the word that may switch it on", async () => {
  const { mesh, control } = await start({ mesh: "off" });
  await mesh.ready();
  expect(mesh.plane.isOff).toBe(true);
  control.snapshot = sampleSnapshot(sampleMesh([sampleService("navigator")]), 2);
  await mesh.invocation(
    {
      requestId: "1",
      deadlineMs: Date.now() + 60_000,
      invokedFunctionArn: "",
      clientContext: null,
      traceId: null,
      epoch: 2,
    },
    async () => {
      expect(mesh.plane.isOff).toBe(false);
      await mesh.plane.fresh();
      expect([mesh.plane.isOff, mesh.plane.mode]).toEqual([false, "enforce"]);
    },
  );
});

it("takes the lowest of the three modes", async () => {
  const { mesh } = await start({ mesh: "observe", service: "enforce", environment: "Enforce" });
  await mesh.ready();
  expect(mesh.plane.mode).toBe("observe");
  expect(mesh.plane.lookup("navigator")).toMatchObject({ name: "navigator", mode: "observe" });
});

it("ignores a mode that it does not know, and says so", async () => {
  const { mesh, warnings } = await start({ environment: "enfroce" });
  await mesh.ready();
  expect(mesh.plane.mode).toBe("enforce");
  expect(warnings).toMatchObject([{ message: expect.stringContaining("enfroce") }]);
});

it("finds a service by its physical function name too, where only one service has it", async () => {
  const function1 = { kind: "function", functionName: "shared" } as const;
  const services = [
    sampleService("a", { backend: function1 }),
    sampleService("b", { backend: function1 }),
    sampleService("navigator"),
  ];
  bed = await startBed({ snapshot: sampleSnapshot(sampleMesh(services)) });
  await bed.mesh.ready();
  expect(bed.mesh.plane.lookup("fn-navigator")?.name).toBe("navigator");
  expect(bed.mesh.plane.lookup("shared")).toBeUndefined();
});
