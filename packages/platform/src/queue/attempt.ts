import { asApiError, statusOf } from "../api/errors.ts";
import type { InvokeEvent } from "../api/operations/observation.ts";
import type { Completion, Invoker } from "../functions/invoker.ts";
import type { FunctionRegistry } from "../functions/registry.ts";
import type { QueuedEvent } from "./event.ts";
import type { AttemptOutcome } from "./retry-schedule.ts";

/** One attempt at a queued event: an invocation whose caller does not wait. */
export interface AttemptParts {
  readonly invoker: Invoker;
  readonly registry: FunctionRegistry;
  readonly onInvoke: ((event: InvokeEvent) => void) | undefined;
  readonly onTrouble: (error: unknown) => void;
}

export async function attemptEvent(parts: AttemptParts, event: QueuedEvent): Promise<AttemptOutcome> {
  const startedMs = performance.now();
  const report = (status: number, completion: Completion | null): void =>
    parts.onInvoke?.({
      caller: event.caller,
      functionName: event.functionName,
      version: completion?.version ?? null,
      requestId: event.requestId,
      kind: "Event",
      stage: "attempt",
      status,
      functionError: completion?.result.functionError ?? null,
      durationMs: performance.now() - startedMs,
    });
  if (parts.registry.get(event.functionName)?.record.reservedConcurrency === 0) {
    return { kind: "impossible", condition: "ZeroReservedConcurrency" };
  }
  try {
    // The client context stays behind: Lambda delivers it on synchronous invocations only.
    const completion = await parts.invoker.invoke({
      functionName: event.functionName,
      qualifier: event.qualifier,
      requestId: event.requestId,
      payload: Buffer.from(event.payload),
      clientContext: null,
      traceId: event.traceId,
      logTail: false,
    });
    report(200, completion);
    return { kind: completion.result.functionError === null ? "succeeded" : "failed" };
  } catch (thrown) {
    const error = asApiError(thrown);
    report(statusOf(error), null);
    if (error.code === "ResourceNotFoundException") {
      return { kind: "impossible", condition: "FunctionNotFound" };
    }
    if (error.code === "TooManyRequestsException") return { kind: "throttled" };
    // Lambda's own failures go back to the queue; what another attempt would meet again counts as one.
    if (statusOf(error) < 500) return { kind: "failed" };
    parts.onTrouble(error.cause ?? error);
    return { kind: "throttled" };
  }
}
