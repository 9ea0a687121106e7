import type { AnswerableCall, Verdict } from "../runtime-api/connection.ts";
import type { LifecycleAnswer, LifecycleEvent, LifecycleState } from "./lifecycle.ts";
import type { Posted } from "./outcome.ts";

/** Between the Runtime API's words and the state machine's: a call to an event, an answer to a verdict. */
export interface TranslatedCall {
  readonly event: LifecycleEvent;
  /** Document that came with it. */
  readonly posted: Posted | null;
}

export function translateCall(call: AnswerableCall): TranslatedCall {
  switch (call.kind) {
    case "next":
      return { event: { kind: "next" }, posted: null };
    case "response": {
      const fit = call.tooLarge ? "too-large" : call.mode === "invalid" ? "invalid-mode" : "fits";
      const { streamError } = call;
      return {
        event: { kind: "response", invocation: call.requestId, fit },
        posted: { payload: streamError?.body ?? call.body, failed: streamError !== null },
      };
    }
    case "error":
      return {
        event: { kind: "error", invocation: call.requestId },
        posted: { payload: call.body, failed: true },
      };
    case "init-error":
      return { event: { kind: "init-error" }, posted: { payload: call.body, failed: true } };
  }
}

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
