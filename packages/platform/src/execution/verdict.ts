import type { Verdict } from "../runtime-api/server.ts";
import type { LifecycleAnswer, LifecycleEvent, LifecycleState } from "./lifecycle.ts";

/** Puts the state machine's answer into the Runtime API's words; a refusal names the states as AWS does. */
export function verdictOf(answer: LifecycleAnswer, from: LifecycleState, event: LifecycleEvent): Verdict {
  if (answer !== "forbidden") return { kind: answer };
  return { kind: "forbidden", from: nameOf(from), to: WANTED[event.kind] ?? "Ready" };
}

const WANTED: Readonly<Partial<Record<LifecycleEvent["kind"], string>>> = {
  next: "Ready",
  response: "InvocationResponse",
  error: "InvocationErrorResponse",
  "init-error": "InitError",
};

function nameOf(state: LifecycleState): string {
  switch (state.kind) {
    case "initialising":
      return "Started";
    case "idle":
      return "Ready";
    case "busy":
      return state.answered ? "ResponseSent" : "Running";
    default:
      return "Exited";
  }
}
