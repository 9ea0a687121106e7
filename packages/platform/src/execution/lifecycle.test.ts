import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, type LifecycleEvent, type LifecycleState, NEW_ENVIRONMENT } from "./lifecycle.ts";

describe("the life of an environment", () => {
  it("starts, initialises, runs, and is available again", () => {
    expect(
      play([invoke("a"), { kind: "next" }, response("a"), { kind: "next" }, invoke("b")]).map(brief),
    ).toEqual([
      "initialising: arm-initialisation spawn",
      "busy: disarm initialised begin(a) deliver(a) > hold",
      "busy: finish(a posted) > accepted",
      "idle: disarm available > hold",
      "busy: begin(b) deliver(b)",
    ]);
  });

  it("stops the process that has nothing to do, and wakes it before it gets work", () => {
    const steps = play([{ kind: "prewarm" }, { kind: "next" }, invoke("a")], true);
    expect(steps.map(brief)).toEqual([
      "initialising: arm-initialisation spawn",
      "idle: disarm initialised freeze available > hold",
      "busy: begin(a) thaw deliver(a)",
    ]);
  });

  it("repeats a failed initialisation once, inside the invocation", () => {
    const steps = play([invoke("a"), { kind: "exited" }, { kind: "exited" }, invoke("b")]);
    expect(steps.map(brief)).toEqual([
      "initialising: arm-initialisation spawn",
      "initialising: disarm initialisation-failed begin(a) spawn",
      "down: disarm finish(a exited) available",
      "initialising: begin(b) spawn",
    ]);
  });

  it("waits for the old process to be gone before it starts another", () => {
    const steps = play([invoke("a"), { kind: "init-error" }, { kind: "exited" }, { kind: "init-error" }]);
    expect(steps.map(brief)).toEqual([
      "initialising: arm-initialisation spawn",
      "ending: disarm initialisation-failed kill > accepted",
      "initialising: begin(a) spawn",
      "ending: disarm finish(a posted) kill available > accepted",
    ]);
  });

  it("kills what takes too long and starts a new process for the next invocation", () => {
    const events: LifecycleEvent[] = [
      invoke("a"),
      { kind: "next" },
      { kind: "time-up" },
      { kind: "exited" },
      invoke("b"),
    ];
    expect(play(events).slice(2).map(brief)).toEqual([
      "ending: finish(a timed-out) kill available",
      "down: available",
      "initialising: begin(b) spawn",
    ]);
  });

  it("takes an answer once, and only for the invocation at hand", () => {
    const events = [invoke("a"), { kind: "next" } as const, response("z"), response("a"), response("a")];
    expect(play(events).map((step) => step.answer)).toEqual([
      null,
      "hold",
      "invalid-id",
      "accepted",
      "forbidden",
    ]);
  });

  it("refuses to hand out work to a process that has not answered yet", () => {
    expect(play([invoke("a"), { kind: "next" }, { kind: "next" }]).at(-1)?.answer).toBe("forbidden");
  });

  it("starts over with an invocation that could not be handed over", () => {
    const events: LifecycleEvent[] = [
      { kind: "prewarm" },
      { kind: "next" },
      invoke("a"),
      { kind: "undelivered" },
      { kind: "exited" },
    ];
    expect(play(events).slice(3).map(brief)).toEqual(["ending: disarm kill", "initialising: begin(a) spawn"]);
  });

  it("keeps its promises under every order of events", () => {
    fc.assert(
      fc.property(fc.array(anyMove(), { maxLength: 40 }), fc.boolean(), (moves, freeze) => {
        checkPromises(moves, freeze);
      }),
      { numRuns: 2000 },
    );
  });
});

interface PlayedStep {
  readonly state: LifecycleState;
  readonly effects: readonly { kind: string; invocation?: string; how?: string }[];
  readonly answer: string | null;
}

function play(events: readonly LifecycleEvent[], freeze = false): PlayedStep[] {
  let state = NEW_ENVIRONMENT;
  return events.map((event) => {
    const step = advance(state, event, freeze);
    state = step.state;
    return step;
  });
}

function brief(step: PlayedStep): string {
  const effects = step.effects.map((effect) => {
    const details = [effect.invocation, effect.how].filter((one) => one !== undefined).join(" ");
    return details === "" ? effect.kind : `${effect.kind}(${details})`;
  });
  const answer = step.answer === null ? "" : ` > ${step.answer}`;
  return `${step.state.kind}: ${effects.join(" ")}${answer}`;
}

function invoke(invocation: string): LifecycleEvent {
  return { kind: "invoke", invocation };
}

function response(invocation: string): LifecycleEvent {
  return { kind: "response", invocation, fit: "fits" };
}

type Move = LifecycleEvent["kind"];

function anyMove(): fc.Arbitrary<Move> {
  return fc.constantFrom<Move>(
    "invoke",
    "next",
    "response",
    "error",
    "exited",
    "next",
    "response",
    "invoke",
    "prewarm",
    "init-error",
    "next-lost",
    "undelivered",
    "time-up",
    "close",
  );
}

/**
 * Plays moves as the edge would: invocations only when available, calls and exits only of a living process.
 */
function checkPromises(moves: readonly Move[], freeze: boolean): void {
  let state = NEW_ENVIRONMENT;
  let available = true;
  let alive = false;
  let asked = false;
  let handed = false;
  let count = 0;
  let bound: string | null = null;
  for (const move of moves) {
    const event = eventFor(move, bound ?? "none", `i${count}`);
    if (event.kind === "invoke" && !available) continue;
    if (NEEDS_PROCESS.has(event.kind) && !alive) continue;
    if (event.kind === "undelivered" && !handed) continue;
    handed = false;
    if (event.kind === "invoke") {
      bound = event.invocation;
      available = false;
      count += 1;
    }
    if (event.kind === "exited") {
      alive = false;
      asked = false;
    }
    const step = advance(state, event, freeze);
    state = step.state;
    if (step.answer === "hold") asked = true;
    for (const effect of step.effects) {
      if (effect.kind === "spawn") {
        expect(alive).toBe(false);
        alive = true;
      }
      if (effect.kind === "deliver") {
        expect(asked).toBe(true);
        expect(effect.invocation).toBe(bound);
        asked = false;
        handed = true;
      }
      if (effect.kind === "finish") {
        expect(effect.invocation).toBe(bound);
        bound = null;
      }
      if (effect.kind === "available") {
        expect(bound).toBe(null);
        available = true;
      }
    }
    if (state.kind === "gone") expect(bound).toBe(null);
    if (state.kind === "down" && state.initialisedBefore) expect(available && bound === null).toBe(true);
    if (state.kind === "busy" && !state.answered) expect(bound).toBe(state.invocation);
  }
}

const NEEDS_PROCESS: ReadonlySet<Move> = new Set([
  "next",
  "response",
  "error",
  "init-error",
  "exited",
  "next-lost",
  "undelivered",
]);

function eventFor(move: Move, bound: string, fresh: string): LifecycleEvent {
  switch (move) {
    case "invoke":
      return { kind: move, invocation: fresh };
    case "response":
      return { kind: move, invocation: bound, fit: "fits" };
    case "error":
      return { kind: move, invocation: bound };
    default:
      return { kind: move };
  }
}
