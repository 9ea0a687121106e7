/** What callers in a mesh of real processes get when callees fail, hang, exit, or take too long. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SmallMesh, startSmallMesh } from "./fixtures/small-mesh.ts";

describe("a mesh in trouble", () => {
  let mesh: SmallMesh;
  beforeAll(async () => {
    mesh = await startSmallMesh();
  });
  afterAll(() => mesh?.stop());

  /** What `asker` saw of its calls, in order. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked into by its test.
  async function seen(...calls: readonly { service: string; payload?: unknown }[]): Promise<any[]> {
    const { status, body } = await mesh.ask("/ask", { calls });
    expect(status).toBe(200);
    return body.seen;
  }

  async function edge(caller: string, service: string) {
    const edges = await mesh.session.control.edges();
    return edges.find((one) => one.caller === caller && one.service === service);
  }

  describe("a handler", () => {
    const cases = [
      ["throws", "throw", { errorType: "RangeError", errorMessage: "out of reach" }, "functionError"],
      ["exits", "exit", { errorType: "Runtime.ExitError" }, "crash"],
      ["hangs until the platform ends it", "hang", { errorType: "Sandbox.Timedout" }, "timeout"],
      ["answers 7 MB", "huge", { errorType: "Function.ResponseSizeTooLarge" }, "oversized"],
    ] as const;

    test.each(cases)(
      "that %s is told apart by its caller, by the books and by the door",
      async (_what, does, error, outcome) => {
        const before = (await edge("asker", "troubled"))?.outcomes[outcome] ?? 0;
        expect(await seen({ service: "troubled", payload: { do: does } })).toMatchObject([
          { kind: "functionError", functionError: "Unhandled", ...error },
        ]);
        const booked = async () => (await edge("asker", "troubled"))?.outcomes[outcome] ?? 0;
        await expect.poll(booked, { timeout: 10_000 }).toBe(before + 1);
        const { status, body } = await mesh.ask("/troubled", { do: does });
        // The client learns that it failed, and nothing of why.
        expect(status).toBe(outcome === "timeout" ? 504 : 502);
        expect(Object.keys(body)).toEqual(["message", "requestId"]);
        expect(body.message).toMatch(/^The service (failed to answer|took too long to answer)\.$/);
      },
    );

    test("that floods its log answers, and its lines arrive", async () => {
      expect(await seen({ service: "troubled", payload: { do: "flood" } })).toMatchObject([
        { kind: "answer", payload: { calm: true } },
      ]);
      const lines = () =>
        mesh.events.filter((event) => event.kind === "log" && event.text.includes("of the flood"));
      await expect.poll(() => lines().length, { timeout: 10_000 }).toBe(50_000);
    });

    test("that answers a response which is none is a 502 at the door, and the log says why", async () => {
      expect(await mesh.ask("/troubled", { do: "nonsense" })).toMatchObject({ status: 502 });
      const why = () => mesh.events.filter((event) => "text" in event && event.text.includes("TULLE5008"));
      await expect.poll(() => why().length, { timeout: 10_000 }).toBe(1);
    });

    test.each([
      ["writes to", "scribble"],
      ["closes", "close"],
    ])("that %s every descriptor of its process hurts itself and nobody else", async (_what, does) => {
      const [harmed] = await seen({ service: "troubled", payload: { do: does } });
      expect(harmed).toMatchObject({ kind: "functionError", functionError: "Unhandled" });
      expect(harmed.errorType).toMatch(/^(Runtime\.|Sandbox\.)/);
      expect(await seen({ service: "troubled", payload: {} })).toMatchObject([{ kind: "answer" }]);
      expect(mesh.events.filter(({ kind }) => kind === "problem")).toEqual([]);
    });

    test("that hangs longer than its caller waits ends as a coded error for the caller", async () => {
      expect(await seen({ service: "impatient", payload: { do: "hang" } })).toMatchObject([
        { kind: "thrown", name: expect.stringMatching(/^TULLE200[34]$/) },
      ]);
    });

    test("is itself again afterwards", async () => {
      expect(await seen({ service: "troubled", payload: {} })).toMatchObject([{ kind: "answer" }]);
    });
  });

  test("a payload over the limit is refused to the function that sends it, as without the mesh", async () => {
    const { status, body } = await mesh.ask("/ask", {
      calls: [{ service: "back", payloadBytes: 6_291_456 }],
    });
    expect(status).toBe(200);
    expect(body.seen).toMatchObject([{ kind: "thrown", name: "RequestEntityTooLargeException" }]);
    // The door has a limit of its own.
    const tooMuch = "x".repeat(1_100_000);
    expect(await mesh.ask("/ask", { tooMuch })).toMatchObject({ status: 413 });
  });

  test("two services depend on each other", async () => {
    expect(await seen({ service: "ping", payload: { left: 4 } })).toMatchObject([
      { kind: "answer", payload: ["ping", "pong", "ping", "pong", "ping"] },
    ]);
    await expect.poll(() => edge("ping", "pong"), { timeout: 10_000 }).toMatchObject({ outcomes: { ok: 2 } });
    await expect.poll(() => edge("pong", "ping"), { timeout: 10_000 }).toMatchObject({ outcomes: { ok: 2 } });
  });

  test("a deadline set at the door stops work three calls deep", async () => {
    const { witness } = mesh;
    expect(await mesh.ask("/chain", { workMs: {} })).toEqual({
      status: 200,
      body: ["first", "second", "third"],
    });
    expect(witness.seen("third")).toBe(1);
    // The door gives 2.5 s, and the second link works longer than that before it would call the third.
    const { status } = await mesh.ask("/hurried-chain", { workMs: { second: 2_700 } });
    expect(status).toBe(504);
    expect(witness.seen("second")).toBe(2);
    const refused = async () => {
      const edges = (await mesh.session.control.edges()).filter(({ caller }) => caller === "second");
      return edges.reduce((sum, { refusals }) => sum + (refusals["TULLE2003"] ?? 0), 0);
    };
    await expect.poll(refused, { timeout: 10_000 }).toBe(1);
    expect(witness.seen("third")).toBe(1);
  });

  describe("a circuit", () => {
    const CROWD = 10;
    beforeAll(async () => {
      const names = ["small-asker", "small-charging", "small-parking"];
      await Promise.all(names.map((name) => mesh.session.platform.prewarm(name, "live", CROWD)));
    });
    afterAll(() => {
      mesh.witness.trouble = false;
    });

    /** Every environment of the crowd is at work at the same time, and calls both services once. */
    async function wave(): Promise<readonly Wave[]> {
      const calls = [{ service: "charging" }, { service: "parking" }];
      const answers = await Promise.all(
        Array.from({ length: CROWD }, () => mesh.ask("/ask", { meet: CROWD, calls })),
      );
      return answers.map(({ body }) => ({
        environment: body.environment,
        charging: body.seen[0],
        parking: body.seen[1],
      }));
    }

    async function circuits() {
      const breakers = await mesh.session.control.breakers();
      return ["charging", "parking"].map((name) => {
        const { open = 0, openedIn = 0 } =
          breakers.find((one) => one.caller === "asker" && one.service === name) ?? {};
        return { open, openedIn };
      });
    }

    const fallback = { kind: "answer", payload: { charger: "none" } };

    test("opens in at least eight environments of a caller when its callee fails", async () => {
      mesh.witness.trouble = true;
      const environments = new Set<string>();
      const openedIn = async () => {
        for (const { environment } of await wave()) environments.add(environment);
        return Math.min(...(await circuits()).map((circuit) => circuit.openedIn));
      };
      await expect.poll(openedIn, { timeout: 40_000 }).toBeGreaterThanOrEqual(8);
      expect(environments.size).toBeGreaterThanOrEqual(8);
    });

    test("gives callers the fallback, or a fast coded error, and leaves the callee alone", async () => {
      const { witness } = mesh;
      const reached = () => witness.seen("small-charging") + witness.seen("small-parking");
      const isWhollyShed = async () => {
        const before = reached();
        const answers = await wave();
        for (const { charging } of answers) expect(charging).toMatchObject(fallback);
        return reached() === before && answers.every(({ parking }) => parking.name === "TULLE2002");
      };
      await expect.poll(isWhollyShed, { timeout: 40_000 }).toBe(true);
    });

    test("closes again when the callee is back", async () => {
      mesh.witness.trouble = false;
      const isWhole = async () =>
        (await wave()).every(
          ({ charging, parking }) =>
            charging.payload?.charger === "small-charging" && parking.payload?.charger === "small-parking",
        );
      await expect.poll(isWhole, { timeout: 40_000 }).toBe(true);
      await expect.poll(circuits, { timeout: 10_000 }).toMatchObject([{ open: 0 }, { open: 0 }]);
    });
  });
});

interface Wave {
  readonly environment: string;
  // biome-ignore lint/suspicious/noExplicitAny: what `asker` saw, in one of three shapes.
  readonly charging: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly parking: any;
}
