import { createLogTail, type LogTail } from "./log-tail.ts";
import type { ExecutionTarget, Invocation, InvocationResult } from "./port.ts";
import { endLine, type ReportStatus, reportLine, startLine } from "./report.ts";

/** One invocation on its way through an environment: its clock, its share of the log, its answer. */
export interface Job {
  readonly invocation: Invocation;
  /** Null where the caller does not want it. */
  readonly tail: LogTail | null;
  readonly resolve: (result: InvocationResult) => void;
  readonly reject: (error: Error) => void;
  coldStart: boolean;
  /** Duration of the environment's first initialisation, where it belongs to this invocation. */
  initDurationMs: number | null;
  beganAtMs: number;
  outcome: JobOutcome | null;
}

/** What the invocation came to. */
export interface JobOutcome {
  readonly payload: Uint8Array;
  readonly failed: boolean;
  readonly status: ReportStatus;
  /** Lines between the function's own and END. */
  readonly notes: readonly string[];
  readonly endedAtMs: number;
}

export function createJob(
  invocation: Invocation,
  settle: { resolve: (result: InvocationResult) => void; reject: (error: Error) => void },
): Job {
  return {
    invocation,
    tail: invocation.logTail ? createLogTail() : null,
    ...settle,
    coldStart: false,
    initDurationMs: null,
    beganAtMs: 0,
    outcome: null,
  };
}

export function openingLine(job: Job, target: ExecutionTarget): string {
  return startLine(job.invocation.requestId, target.version);
}

export function closingLines(job: Job, target: ExecutionTarget, maxMemoryUsedMb: number): readonly string[] {
  const { requestId } = job.invocation;
  const outcome = job.outcome!;
  return [
    ...outcome.notes,
    endLine(requestId),
    reportLine({
      requestId,
      durationMs: outcome.endedAtMs - job.beganAtMs,
      memoryMb: target.memoryMb,
      maxMemoryUsedMb,
      initDurationMs: job.initDurationMs,
      status: outcome.status,
    }),
  ];
}

export function resultOf(job: Job): InvocationResult {
  const outcome = job.outcome!;
  return {
    kind: "completed",
    payload: outcome.payload,
    functionError: outcome.failed ? "Unhandled" : null,
    logTail: job.tail?.encode() ?? "",
    coldStart: job.coldStart,
    durationMs: outcome.endedAtMs - job.beganAtMs,
  };
}
