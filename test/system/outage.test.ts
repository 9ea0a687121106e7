/** The control plane killed, again and again, while traffic flows and new environments start. */
import {
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SmallMesh, startSmallMesh } from "./fixtures/small-mesh.ts";
import type { DoorAnswer } from "./fixtures/tiny-mesh.ts";

/** Each is two calls: from the door to `asker`, and from `asker` to `back`. */
const REQUESTS = 1_000;
const CLIENTS = 10;

describe("control killed with SIGKILL", () => {
  let mesh: SmallMesh;
  const answers: DoorAnswer[] = [];
  const killed: number[] = [];
  let startedDuringOutage: readonly string[];

  beforeAll(async () => {
    mesh = await startSmallMesh();
    await ask(0);
    const before = new Set(mesh.session.platform.environments().map(({ id }) => id));
    const outage = keepControlDown();
    await traffic();
    outage.end();
    startedDuringOutage = mesh.session.platform
      .environments()
      .filter(({ id, invocations }) => !before.has(id) && invocations > 0)
      .map(({ functionName }) => functionName);
  }, 150_000);
  afterAll(() => mesh?.stop());

  function ask(index: number): Promise<DoorAnswer> {
    return mesh.ask("/ask", { calls: [{ service: "back" }] }, { "x-key": `robot-${index % 50}` });
  }

  /** Kills control and everything that is started in its place. */
  function keepControlDown(): { readonly end: () => void } {
    const kill = () => {
      const pid = mesh.session.processes().find(({ name }) => name === "control")?.pid;
      if (pid === undefined || killed.includes(pid)) return;
      process.kill(pid, "SIGKILL");
      killed.push(pid);
    };
    kill();
    const timer = setInterval(kill, 5);
    return { end: () => clearInterval(timer) };
  }

  /**
   * Halfway the environments of both functions are retired, so that all start anew; a slow machine makes more
   * calls, until enough of them have met new environments.
   */
  async function traffic(): Promise<void> {
    let next = 0;
    let enough = REQUESTS;
    let renewing = Promise.resolve();
    const client = async () => {
      while (next < enough) {
        const index = next++;
        if (index === REQUESTS / 2) renewing = renewBoth();
        answers.push(await ask(index));
        if (next >= enough) await renewing;
      }
    };
    const renewBoth = async () => {
      await Promise.all([renew("small-asker", "live"), renew("back", "stable")]);
      enough = Math.max(REQUESTS, next + REQUESTS / 4);
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  /** Publishes a version under an alias as any deployment does; the mesh has no part in it. */
  async function renew(FunctionName: string, Name: string): Promise<void> {
    const { lambda } = mesh;
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: "once more" }));
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion: Version }));
  }

  test("fails not one of two thousand calls", () => {
    expect(answers.length).toBeGreaterThanOrEqual(REQUESTS);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const inner = answers.flatMap(({ body }) => body.seen as readonly { readonly kind: string }[]);
    expect(inner).toHaveLength(answers.length);
    expect(inner.filter(({ kind }) => kind !== "answer")).toEqual([]);
  });

  test("is down the whole time: what is started in its place does not live either", () => {
    expect(killed.length).toBeGreaterThan(1);
    const downs = mesh.events.filter((event) => event.kind === "problem" && event.text.includes("SIGKILL"));
    expect(downs.length).toBeGreaterThanOrEqual(killed.length - 1);
  });

  test("lets environments start that have never heard of it, and route all the same", () => {
    for (const name of ["small-asker", "back"])
      expect(startedDuringOutage.filter((one) => one === name).length).toBeGreaterThan(1);
    const versions = new Set(answers.map(({ body }) => body.version as string));
    expect(versions.size).toBe(2);
    const revisions = answers.map(({ body }) => body.seen[0].payload.revision as string);
    expect(new Set(revisions)).toEqual(new Set(["stable", "canary"]));
  });

  test("hears of its environments again when it is back, and brings them up to date", async () => {
    const { session } = mesh;
    const version = async () => (await session.control.health().catch(() => null))?.version;
    await expect.poll(version, { timeout: 30_000 }).toBe(1);
    expect(await mesh.publish("shifted")).toBe(2);
    const upToDate = async () => {
      await Promise.all(Array.from({ length: CLIENTS }, (_, index) => ask(index)));
      const environments = await session.control.environments();
      return environments.filter(({ state }) => state === "SYNCED").map(({ caller }) => caller);
    };
    await expect
      .poll(upToDate, { timeout: 30_000 })
      .toEqual(expect.arrayContaining(["gateway/door", "asker"]));
    const { body } = await ask(1);
    expect(body.seen).toMatchObject([{ payload: { revision: "canary" } }]);
  });

  test("gets to know what happened without it", async () => {
    const { control } = mesh.session;
    const calls = async () => {
      const edges = await control.edges();
      const door = edges.filter(({ caller, service }) => caller === "gateway/door" && service === "asker");
      return door.reduce((sum, { outcomes }) => sum + (outcomes.ok ?? 0), 0);
    };
    await expect.poll(calls, { timeout: 10_000 }).toBeGreaterThanOrEqual(REQUESTS);
    const counted = (await control.environments()).map(({ counters }) => counters["bakedSnapshot"] ?? 0);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });
});
