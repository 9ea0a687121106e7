import type { ServiceConfig } from "@tulle/core/model";
import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterEach, describe, expect, it } from "vitest";
import { type Bed, startBed } from "../test-bed/bed.ts";
import type { LambdaStandIn, Reply, SeenInvoke } from "../test-bed/loopback.ts";

let bed: Bed;
afterEach(() => bed.close());

const quick = { backoff: { baseMs: 1, maxMs: 2 } };
const base = sampleService("navigator").retry;
const throttled: Reply = { kind: "platformError", status: 429, code: "TooManyRequestsException" };
const broken: Reply = { kind: "platformError", status: 500, code: "ServiceException" };
const crashed: Reply = { kind: "functionError", errorType: "Runtime.ExitError" };
const fine: Reply = { kind: "answer", value: "fine" };

/** A mesh in which `dispatch` calls `navigator`, changed as given. */
async function start(
  changes: Partial<ServiceConfig>,
  reply: LambdaStandIn["reply"],
  others: readonly ServiceConfig[] = [],
): Promise<Bed> {
  const navigator = sampleService("navigator", { retry: { ...base, ...quick }, ...changes });
  bed = await startBed({ snapshot: sampleSnapshot(sampleMesh([navigator, ...others])), reply });
  return bed;
}

/** Gives the replies in turn, then the last one for ever. */
function inTurn(...replies: readonly Reply[]): (invoke: SeenInvoke) => Reply {
  let next = 0;
  return () => replies[Math.min(next++, replies.length - 1)]!;
}

describe("retry", () => {
  it("tries again what the policy names and gives the answer that came in the end", async () => {
    const { mesh, lambda } = await start({}, inTurn(throttled, broken, fine));
    expect(await mesh.invoke("navigator")).toBe("fine");
    expect(lambda.seen.map((one) => one.context.attempt)).toEqual([0, 1, 2]);
  });

  it("gives every attempt a span of its own in one trace", async () => {
    const { mesh, lambda } = await start({}, inTurn(throttled, fine));
    await mesh.invoke("navigator");
    const [first, second] = lambda.seen.map((one) => one.context.traceparent!.split("-"));
    expect(first![1]).toBe(second![1]);
    expect(first![2]).not.toBe(second![2]);
  });

  it("stops after the attempts that the policy allows, with the last answer's error", async () => {
    const { mesh, lambda } = await start({}, () => throttled);
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2010" });
    expect(lambda.seen.length).toBe(3);
  });

  it("does not repeat for a function that is not idempotent what may have run", async () => {
    const { mesh, lambda } = await start({ idempotent: false }, () => broken);
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2009" });
    expect(lambda.seen.length).toBe(1);
  });

  it("repeats for any function what certainly did not run", async () => {
    const { mesh, lambda } = await start({ idempotent: false }, inTurn(throttled, fine));
    await mesh.invoke("navigator");
    expect(lambda.seen.length).toBe(2);
  });

  it("lets one call say that it is idempotent", async () => {
    const { mesh, lambda } = await start({ idempotent: false }, inTurn(broken, fine));
    await mesh.invoke("navigator", {}, { idempotent: true });
    expect(lambda.seen.length).toBe(2);
  });

  it("never repeats an asynchronous invocation whose acceptance is in doubt", async () => {
    const { mesh, lambda } = await start({}, () => broken);
    await expect(mesh.invoke("navigator", {}, { invocationType: "Event" })).rejects.toThrow();
    expect(lambda.seen.length).toBe(1);
  });

  it("does not invoke again after an asynchronous invocation was accepted", async () => {
    const { mesh, lambda } = await start({}, () => ({ kind: "answer", status: 202 }));
    await mesh.invoke("navigator", {}, { invocationType: "Event" });
    expect(lambda.seen.length).toBe(1);
  });

  it("keeps to the budget: so many a second, whatever each call is allowed", async () => {
    const budget = { percent: 0, minPerSecond: 0.4 };
    const off = { ...sampleService("x").circuitBreaker, scope: "off" } as const;
    const retry = { ...base, ...quick, budget };
    const { mesh, lambda } = await start({ retry, circuitBreaker: off }, () => throttled);
    for (let i = 0; i < 10; i++) await mesh.invoke("navigator").catch(() => {});
    expect(lambda.seen.length).toBe(10 + 4);
  });

  it("does not repeat a function's own error unless the policy names it", async () => {
    const { mesh, lambda } = await start({}, () => ({ kind: "functionError", errorType: "NoRoute" }));
    await expect(mesh.invoke("navigator")).rejects.toThrow();
    expect(lambda.seen.length).toBe(1);
  });
});

describe("deadline", () => {
  it("bounds each attempt and says so when none was answered", async () => {
    const timeouts = { requestMs: 3000, backendRequestMs: 30 };
    const { mesh, lambda } = await start({ timeouts }, () => ({ kind: "silence" }));
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2004" });
    expect(lambda.seen.length).toBe(3);
  });

  it("bounds the call with all its attempts", async () => {
    const timeouts = { requestMs: 50, backendRequestMs: 40 };
    const { mesh, lambda } = await start({ timeouts }, () => ({ kind: "silence" }));
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2003" });
    expect(lambda.seen.length).toBeLessThanOrEqual(2);
  });

  it("refuses without a request when nothing remains", async () => {
    const { mesh, lambda } = await start({}, () => fine);
    const late = mesh.within({ deadlineMs: Date.now() - 1 }, () => mesh.invoke("navigator"));
    await expect(late).rejects.toMatchObject({ code: "TULLE2003", context: { attempts: 0 } });
    expect(lambda.seen).toEqual([]);
  });

  it("hands on the request's deadline where it is the earlier one", async () => {
    const { mesh, lambda } = await start({}, () => fine);
    const deadlineMs = Date.now() + 500;
    await mesh.within({ deadlineMs }, () => mesh.invoke("navigator"));
    expect(lambda.seen[0]!.context.deadlineMs).toBe(deadlineMs);
  });
});

describe("circuit breaker", () => {
  it("opens, sheds without requests, probes with one call and closes", async () => {
    let healthy = false;
    const { mesh, lambda, clock, control } = await start({ retry: { ...base, attempts: 0 } }, () =>
      healthy ? fine : crashed,
    );
    for (let i = 0; i < 4; i++) await mesh.invoke("navigator").catch(() => {});
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2002" });
    expect(lambda.seen.length).toBe(4);

    clock.offsetMs = 5001;
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2009" });
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2002" });
    expect(lambda.seen.length).toBe(5);

    healthy = true;
    clock.offsetMs = 10_100;
    const both = await Promise.allSettled([mesh.invoke("navigator"), mesh.invoke("navigator")]);
    expect(both.map((one) => one.status)).toEqual(["fulfilled", "rejected"]);
    expect(await mesh.invoke("navigator")).toBe("fine");

    clock.offsetMs = 20_000;
    mesh.flush();
    await expect
      .poll(() => control.reports.flatMap((one) => one.events.map((event) => event.transition)))
      .toEqual(["opened", "reopened", "closed"]);
    const edges = control.reports.flatMap((one) => one.edges);
    const sum = (pick: (edge: (typeof edges)[number]) => number | undefined): number =>
      edges.reduce((total, edge) => total + (pick(edge) ?? 0), 0);
    expect(sum((edge) => edge.refusals["TULLE2002"])).toBe(3);
    expect(sum((edge) => edge.outcomes.crash)).toBe(5);
    expect(sum((edge) => edge.outcomes.ok)).toBe(2);
  });

  it("gives the fallback value to calls that are shed or fail for lack of health", async () => {
    const fallback = { kind: "value", value: { stale: true } } as const;
    const { mesh, lambda } = await start({ fallback, retry: { ...base, attempts: 0 } }, () => crashed);
    for (let i = 0; i < 8; i++) expect(await mesh.invoke("navigator")).toEqual({ stale: true });
    expect(lambda.seen.length).toBe(4);
  });

  it("gives the function's own error, and no fallback, when the function answered with one", async () => {
    const fallback = { kind: "value", value: 1 } as const;
    const { mesh } = await start({ fallback }, () => ({ kind: "functionError", errorType: "NoRoute" }));
    for (let i = 0; i < 8; i++)
      await expect(mesh.invoke("navigator")).rejects.toMatchObject({ errorType: "NoRoute" });
  });

  it("neither sheds asynchronous invocations nor learns from them", async () => {
    const { mesh, lambda } = await start({ retry: { ...base, attempts: 0 } }, ({ type }) =>
      type === "Event" ? fine : crashed,
    );
    for (let i = 0; i < 6; i++) await mesh.invoke("navigator").catch(() => {});
    await mesh.invoke("navigator", {}, { invocationType: "Event" });
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2002" });
    expect(lambda.seen.map((one) => one.type)).toContain("Event");
  });
});

describe("failover", () => {
  const others = [sampleService("second"), sampleService("third")];

  it("goes through the list until a service can serve", async () => {
    const failover = ["second", "third"];
    const { mesh, lambda } = await start(
      { failover, retry: { ...base, attempts: 0 } },
      ({ functionName }) => (functionName === "fn-third" ? fine : crashed),
      others,
    );
    expect(await mesh.invoke("navigator")).toBe("fine");
    expect(lambda.seen.map((one) => one.functionName)).toEqual(["fn-navigator", "fn-second", "fn-third"]);
    const deadlines = new Set(lambda.seen.map((one) => one.context.deadlineMs));
    expect(deadlines.size).toBe(1);
  });

  it("passes over a service that would refuse, and reports what was really had", async () => {
    const closed = sampleService("second", { allow: [] });
    const { mesh, lambda } = await start(
      { failover: ["second"], retry: { ...base, attempts: 0 } },
      () => crashed,
      [closed],
    );
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ errorType: "Runtime.ExitError" });
    expect(lambda.seen.length).toBe(1);
  });

  it("does not repeat elsewhere for a function that is not idempotent what may have run", async () => {
    const { mesh, lambda } = await start(
      { failover: ["second"], idempotent: false, retry: { ...base, attempts: 0 } },
      () => crashed,
      others,
    );
    await expect(mesh.invoke("navigator")).rejects.toThrow();
    expect(lambda.seen.length).toBe(1);
  });

  it("asks the fallback service last", async () => {
    const fallback = { kind: "service", service: "third" } as const;
    const { mesh, lambda } = await start(
      { failover: ["second"], fallback, retry: { ...base, attempts: 0 } },
      ({ functionName }) => (functionName === "fn-third" ? fine : crashed),
      others,
    );
    expect(await mesh.invoke("navigator")).toBe("fine");
    expect(lambda.seen.at(-1)!.functionName).toBe("fn-third");
  });
});

describe("a target that is gone", () => {
  const gone: Reply = { kind: "platformError", status: 404, code: "ResourceNotFoundException" };
  const repointed = sampleSnapshot(
    sampleMesh([sampleService("navigator", { revisions: [sampleRevision("stable", { qualifier: "2" })] })]),
    2,
  );

  it("has the snapshot read again and is tried once more", async () => {
    const { mesh, lambda, control } = await start({}, ({ qualifier }) => (qualifier === "2" ? fine : gone));
    await mesh.ready();
    control.snapshot = repointed;
    expect(await mesh.invoke("navigator")).toBe("fine");
    expect(lambda.seen.map((one) => one.qualifier)).toEqual(["stable", "2"]);
    expect(mesh.snapshot()?.version).toBe(2);
  });

  it("is not tried a third time", async () => {
    const { mesh, lambda } = await start({}, () => gone);
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2009" });
    expect(lambda.seen.length).toBe(2);
  });
});

describe("hooks", () => {
  it("see a call's boundaries, and a fault takes the place of the callee", async () => {
    const { mesh, lambda } = await start({ retry: { ...base, attempts: 0 } }, () => fine);
    const log: string[] = [];
    let inject = false;
    mesh.use({
      beforeCall: (call) => void log.push(`before ${call.service}`),
      fault: () => (inject ? { result: { kind: "failure", reason: "timeout" }, response: null } : undefined),
      afterAttempt: (call) => void log.push(`attempt ${call.outcome}`),
      afterCall: (_call, outcome) => void log.push(`after ${outcome.kind}`),
    });
    await mesh.invoke("navigator");
    inject = true;
    await expect(mesh.invoke("navigator")).rejects.toMatchObject({ code: "TULLE2004" });
    expect(log).toEqual([
      "before navigator",
      "attempt ok",
      "after answer",
      "before navigator",
      "attempt timeout",
      "after failed",
    ]);
    expect(lambda.seen.length).toBe(1);
  });
});
