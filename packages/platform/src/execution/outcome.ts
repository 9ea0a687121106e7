import { MAX_RESPONSE_BYTES } from "../runtime-api/answer.ts";
import {
  type ErrorDocument,
  exitedEarly,
  invalidResponseMode,
  responseTooLarge,
  timedOut,
} from "./error-document.ts";
import type { FunctionProcessEnd } from "./function-process.ts";
import type { JobOutcome } from "./job.ts";
import type { FinishKind } from "./lifecycle.ts";

/** What the function itself posted: its response, its error, or the error of its initialisation. */
export interface Posted {
  readonly payload: Uint8Array;
  readonly failed: boolean;
}

export interface OutcomeFacts {
  readonly requestId: string;
  readonly timeoutSeconds: number;
  readonly posted: Posted | null;
  readonly end: FunctionProcessEnd | null;
  readonly nowMs: number;
  readonly wallClockMs: number;
}

/** Turns the way an invocation finished into what its caller gets and what the log says. */
export function outcomeOf(how: Exclude<FinishKind, "closed">, facts: OutcomeFacts): JobOutcome {
  switch (how) {
    case "posted": {
      const { payload, failed } = facts.posted!;
      return { payload, failed, status: { kind: "success" }, notes: [], endedAtMs: facts.nowMs };
    }
    case "timed-out": {
      const when = new Date(facts.wallClockMs).toISOString();
      const after = `${facts.timeoutSeconds.toFixed(2)} seconds`;
      const note = `${when} ${facts.requestId} Task timed out after ${after}`;
      return failed(timedOut(facts.requestId, facts.timeoutSeconds), facts, "timeout", [note, ""]);
    }
    case "exited": {
      const document = exitedEarly(facts.requestId, facts.end ?? { kind: "exit", code: 0 });
      return failed(document, facts, "error", [document.errorMessage, document.errorType]);
    }
    case "too-large":
      return failed(responseTooLarge(MAX_RESPONSE_BYTES), facts, "error", []);
    case "invalid-mode":
      return failed(invalidResponseMode(), facts, "error", []);
  }
}

function failed(
  document: ErrorDocument,
  facts: OutcomeFacts,
  status: "timeout" | "error",
  notes: readonly string[],
): JobOutcome {
  return {
    payload: Buffer.from(JSON.stringify(document), "utf8"),
    failed: true,
    status: status === "timeout" ? { kind: status } : { kind: status, errorType: document.errorType },
    notes,
    endedAtMs: facts.nowMs,
  };
}
