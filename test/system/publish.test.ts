/** What a publish does to functions that run, wait or are frozen, and what it never does: deploy. */
import { ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SmallMesh, startSmallMesh } from "./fixtures/small-mesh.ts";

/** Every invocation that starts later than this after a publish uses it. */
const BOUND_MS = 1_000;

describe("a mesh whose environments are frozen between invocations", () => {
  let mesh: SmallMesh;
  beforeAll(async () => {
    mesh = await startSmallMesh({ freeze: true });
  });
  afterAll(() => mesh?.stop());

  const callBack = { calls: [{ service: "back" }] };

  /** Which revision of `back` answers whom: the whole way through the door, `asker` and the mesh in both. */
  async function askFor(key: string): Promise<{ revision: string; version: string }> {
    const { status, body } = await mesh.ask("/ask", callBack, { "x-key": key });
    expect([status, body.seen?.[0]?.kind]).toEqual([200, "answer"]);
    return body.seen[0].payload;
  }

  async function versions(): Promise<string> {
    const { lambda } = mesh;
    const names = ["back", "small-asker", "small-charging"];
    const all = names.map((FunctionName) => lambda.send(new ListVersionsByFunctionCommand({ FunctionName })));
    return (await Promise.all(all))
      .flatMap(({ Versions = [] }) => Versions)
      .map((one) => `${one.FunctionArn} ${one.RevisionId}`)
      .join("\n");
  }

  test("splits traffic 9:1 by key, and each key stays where it is", async () => {
    const revisions = new Map<string, Set<string>>();
    for (let round = 0; round < 2; round++)
      for (let robot = 0; robot < 200; robot++) {
        const key = `robot-${robot}`;
        const { revision } = await askFor(key);
        revisions.set(key, (revisions.get(key) ?? new Set()).add(revision));
      }
    expect([...revisions.values()].filter(({ size }) => size > 1)).toEqual([]);
    const canary = [...revisions.values()].filter((seen) => seen.has("canary")).length;
    // Of 200 keys 20 are expected; five standard deviations of the binomial are 21.
    expect(canary).toBeGreaterThan(0);
    expect(canary).toBeLessThan(42);
  });

  test("repoints a name to another resource with no redeployment", async () => {
    const before = await versions();
    const parameter = async () => (await mesh.ask("/ask", { parameter: "limit" })).body.parameter;
    expect(await parameter()).toBe("/small/limit-a");
    await mesh.publish("moved");
    await settled();
    expect(await parameter()).toBe("/small/limit-b");
    expect(mesh.witness.parameters).toEqual(["/small/limit-a", "/small/limit-b"]);
    expect(await versions()).toBe(before);
  });

  test("is followed by every invocation that starts more than a second later, thawed ones too", async () => {
    const crowd = 6;
    const before = await environmentsOfACrowd(crowd);
    expect(before.size).toBe(crowd);
    // Every connection that they hold to control is dead when they thaw.
    await restartControl();

    const answers: Answered[] = [];
    const traffic = keepAsking(answers);
    // One client keeps one or two environments busy; the others stay frozen from before the publish.
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBeGreaterThan(20);
    await mesh.publish("shifted");
    const publishedAtMs = performance.now();
    const late = () => answers.filter(({ startedAtMs }) => startedAtMs > publishedAtMs + BOUND_MS);
    await expect.poll(() => late().length, { timeout: 20_000 }).toBeGreaterThan(20);
    await traffic.stop();
    const awake = new Set(answers.map(({ environment }) => environment));
    const thawed = await askCrowd(crowd);
    expect(
      thawed.filter(({ environment }) => before.has(environment) && !awake.has(environment)).length,
    ).toBeGreaterThan(0);

    // A read that a busy machine does not answer within its 20 ms lets a call go on with old news: that is
    // counted, and over with the next read.
    const stale = [...late(), ...thawed].filter(isStale).length;
    await expect.poll(async () => (await askCrowd(crowd)).filter(isStale), { timeout: 20_000 }).toEqual([]);
    if (stale > 0) await expect.poll(staleCalls, { timeout: 10_000 }).toBeGreaterThanOrEqual(stale);
  });

  test("in observe changes no target, and goes on reporting", async () => {
    const before = await versions();
    await mesh.publish("observed");
    await settled();
    const calls = await callsOfBack();
    // Without the mesh the call goes where the function's name says: to its newest code, and to no alias.
    expect(await askFor("robot-1")).toMatchObject({ version: "$LATEST" });
    expect((await mesh.ask("/ask", { calls: [{ service: "charging" }] })).body.seen[0]).toMatchObject({
      kind: "thrown",
      name: "ResourceNotFoundException",
    });
    await expect.poll(callsOfBack, { timeout: 10_000 }).toBeGreaterThan(calls);
    expect(await versions()).toBe(before);
  });

  test("switched off passes everything on as if it were not there, and back on routes again", async () => {
    await mesh.publish("switched-off");
    await settled();
    expect(await askFor("robot-1")).toMatchObject({ version: "$LATEST" });
    const { body } = await mesh.ask("/ask", { parameter: "limit" });
    expect(body.parameter).toBe("limit");
    await mesh.publish("shifted");
    await settled();
    expect(await askFor("robot-1")).toMatchObject({ revision: "canary", version: "2" });
  });

  async function restartControl(): Promise<void> {
    const { session } = mesh;
    const { pid } = session.processes().find(({ name }) => name === "control")!;
    process.kill(pid, "SIGKILL");
    const version = async () => (await session.control.health().catch(() => null))?.version ?? 0;
    await expect.poll(version, { timeout: 20_000 }).toBeGreaterThan(0);
  }

  function isStale({ revision }: Answered): boolean {
    return revision !== "canary";
  }

  interface Answered {
    readonly startedAtMs: number;
    /** Of `asker`. */
    readonly environment: string;
    readonly revision: string;
  }

  async function askOnce(meet?: number): Promise<Answered> {
    const startedAtMs = performance.now();
    const { status, body } = await mesh.ask("/ask", { ...callBack, meet });
    expect([status, body.seen?.[0]?.kind]).toEqual([200, "answer"]);
    return { startedAtMs, environment: body.environment, revision: body.seen[0].payload.revision };
  }

  /** So many at the same moment, each in an environment of its own. */
  function askCrowd(size: number): Promise<readonly Answered[]> {
    return Promise.all(Array.from({ length: size }, () => askOnce(size)));
  }

  async function environmentsOfACrowd(size: number): Promise<ReadonlySet<string>> {
    return new Set((await askCrowd(size)).map(({ environment }) => environment));
  }

  function keepAsking(answers: Answered[]): { stop(): Promise<void> } {
    let asking = true;
    const client = async () => {
      while (asking) answers.push(await askOnce());
    };
    const done = client();
    return {
      stop: () => {
        asking = false;
        return done;
      },
    };
  }

  function settled(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, BOUND_MS));
  }

  async function staleCalls(): Promise<number> {
    await askCrowd(6);
    const environments = await mesh.session.control.environments();
    return environments.reduce((sum, { counters }) => sum + (counters["snapshotStale"] ?? 0), 0);
  }

  async function callsOfBack(): Promise<number> {
    const edges = await mesh.session.control.edges();
    const edge = edges.filter(({ caller, service }) => caller === "asker" && service === "back");
    return edge.reduce((sum, { outcomes }) => sum + (outcomes.ok ?? 0), 0);
  }
});
