import type { ServiceConfig } from "@tulle/core/model";
import type { AttemptResult, OutcomeClass } from "@tulle/core/outcome";
import type { DataPlaneReport } from "@tulle/core/telemetry";
import { sampleMesh, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { describe, expect, it } from "vitest";
import { createMesh } from "../mesh/create-mesh.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import type { Transport } from "./data-plane.ts";

const START_MS = 1_700_000_000_000;

interface Time {
  nowMs: number;
  /** What the next attempts come to; the last one for ever. Silence takes all the time there is. */
  replies: (AttemptResult | "silence")[];
  readonly attemptsAtMs: number[];
}

interface World extends Time {
  readonly mesh: Mesh;
  outcomes(): Promise<Partial<Record<OutcomeClass, number>>>;
}

/** A caller of `navigator` in virtual time: no socket, no timer, no clock of the machine. */
async function start(changes: Partial<ServiceConfig>): Promise<World> {
  const reports: DataPlaneReport[] = [];
  const time: Time = { nowMs: START_MS, replies: ["silence"], attemptsAtMs: [] };
  const snapshot = sampleSnapshot(sampleMesh([sampleService("navigator", changes)]));
  const transport: Transport<WireResponse> = async (attempt) => {
    time.attemptsAtMs.push(time.nowMs - START_MS);
    const reply = time.replies.length > 1 ? time.replies.shift()! : time.replies[0]!;
    if (reply === "silence") {
      time.nowMs += attempt.timeoutMs;
      return { result: { kind: "failure", reason: "timeout" }, response: null };
    }
    const status = reply.kind === "answer" ? reply.status : 0;
    return { result: reply, response: { status, headers: {}, body: Buffer.from("1") } };
  };
  const mesh = createMesh({
    service: "dispatch",
    environment: {},
    transport,
    fetchSnapshot: async () => ({ kind: "snapshot", snapshot, tag: null }),
    sendReport: async (report) => void reports.push(report),
    maxStaleMs: Number.MAX_SAFE_INTEGER,
    ports: {
      clock: () => time.nowMs,
      monotonic: () => time.nowMs,
      random: () => 0.5,
      sleep: async (ms) => {
        time.nowMs += ms;
      },
      later: () => () => {},
    },
  });
  const outcomes: World["outcomes"] = async () => {
    time.nowMs += 60_000;
    mesh.flush();
    return reports.at(-1)!.edges[0]!.outcomes;
  };
  const world = Object.assign(time, { mesh, outcomes });
  await mesh.ready();
  return world;
}

const within = (world: World, budgetMs: number): Promise<unknown> =>
  world.mesh.within({ deadlineMs: world.nowMs + budgetMs }, () => world.mesh.invoke("navigator"));

const limits = { timeouts: { requestMs: 3000, backendRequestMs: 1000 } };

describe("an attempt that its deadline cuts short", () => {
  it("says nothing against the callee, however often it happens", async () => {
    const world = await start(limits);
    for (let i = 0; i < 20; i++)
      await expect(within(world, 999)).rejects.toMatchObject({ code: "TULLE2003" });
    world.replies = [{ kind: "answer", status: 200, errorCode: "", functionError: false, errorType: "" }];
    expect(await within(world, 999)).toBe(1);
    expect(await world.outcomes()).toEqual({ aborted: 20, ok: 1 });
  });

  it("counts where it had all the time that an attempt may take", async () => {
    const world = await start({ ...limits, idempotent: false });
    for (let i = 0; i < 4; i++)
      await expect(within(world, 1000)).rejects.toMatchObject({ code: "TULLE2003" });
    await expect(within(world, 1000)).rejects.toMatchObject({ code: "TULLE2002" });
    expect(await world.outcomes()).toEqual({ timeout: 4 });
  });

  it("counts where the platform says that the function ran out of its own time", async () => {
    const world = await start(limits);
    world.replies = [
      { kind: "answer", status: 200, errorCode: "", functionError: true, errorType: "Sandbox.Timedout" },
    ];
    await expect(within(world, 500)).rejects.toMatchObject({ code: "TULLE2009" });
    expect((await world.outcomes()).timeout).toBeGreaterThan(0);
  });

  it("ends with the service's fallback where it has one", async () => {
    const world = await start({ ...limits, fallback: { kind: "value", value: "elsewhere" } });
    expect(await within(world, 500)).toBe("elsewhere");
  });
});

describe("Retry-After", () => {
  const throttled = (retryAfterMs: number): AttemptResult => ({
    kind: "answer",
    status: 429,
    errorCode: "TooManyRequestsException",
    functionError: false,
    errorType: "",
    retryAfterMs,
  });
  const fine: AttemptResult = {
    kind: "answer",
    status: 200,
    errorCode: "",
    functionError: false,
    errorType: "",
  };

  it("is waited for before the next attempt", async () => {
    const world = await start(limits);
    world.replies = [throttled(1500), fine];
    expect(await within(world, 3000)).toBe(1);
    expect(world.attemptsAtMs).toEqual([0, 1500]);
  });

  it("ends the call at once where the deadline comes first", async () => {
    const world = await start(limits);
    world.replies = [throttled(2000), fine];
    await expect(within(world, 1500)).rejects.toMatchObject({ code: "TULLE2010" });
    expect([world.attemptsAtMs, world.nowMs]).toEqual([[0], START_MS]);
  });

  it("never shortens the backoff", async () => {
    const backoff = { baseMs: 100, maxMs: 1000 };
    const world = await start({ ...limits, retry: { ...sampleService("x").retry, backoff } });
    world.replies = [throttled(0), fine];
    await within(world, 3000);
    expect(world.attemptsAtMs).toEqual([0, 50]);
  });
});
