import { asApiError, statusOf } from "../errors.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../request.ts";

/** What is told of every invocation when it ends: who called what, and how it went. */
export interface InvokeEvent {
  /** Principal whose credentials signed the request: a function's name, `root`, or what was issued. */
  readonly caller: string;
  /** As far as it is known: what the caller named. */
  readonly functionName: string;
  /** Version that ran, null where none did. */
  readonly version: string | null;
  readonly requestId: string;
  readonly kind: "RequestResponse" | "Event" | "DryRun";
  /** `request` for what a caller waited for, `attempt` for a queued event's attempt. */
  readonly stage: "request" | "attempt";
  /** HTTP status; of an attempt what a waiting caller would have seen. */
  readonly status: number;
  readonly functionError: string | null;
  readonly durationMs: number;
}

/** Filled in while the invocation goes on. */
export interface Observation {
  functionName: string;
  version: string | null;
  kind: InvokeEvent["kind"];
  functionError: string | null;
}

/** Runs an invocation and reports it, whether it is answered or refused. */
export async function observed(
  services: ApiServices,
  request: ApiRequest,
  perform: (observation: Observation) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const { onInvoke } = services;
  const observation: Observation = {
    functionName: request.parameters["FunctionName"] ?? "",
    version: null,
    kind: "RequestResponse",
    functionError: null,
  };
  if (onInvoke === undefined) return perform(observation);
  const startedMs = performance.now();
  const report = (status: number): void =>
    onInvoke({
      ...observation,
      caller: request.caller,
      requestId: request.requestId,
      stage: "request",
      status,
      durationMs: performance.now() - startedMs,
    });
  try {
    const answer = await perform(observation);
    report(answer.status);
    return answer;
  } catch (error) {
    report(statusOf(asApiError(error)));
    throw error;
  }
}
