/** The lines that the platform itself writes into a function's log, in Lambda's form. */
export interface ReportInput {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly maxMemoryUsedMb: number;
  /** Null where no first initialisation belongs to this invocation. */
  readonly initDurationMs: number | null;
  readonly status: ReportStatus;
}

/** How the invocation ended, as far as the report line tells it. */
export type ReportStatus =
  | { readonly kind: "success" | "timeout" }
  | { readonly kind: "error"; readonly errorType: string };

export function initStartLine(runtimeVersion: string): string {
  return `INIT_START Runtime Version: ${runtimeVersion}`;
}

/** Only for an initialisation that failed; a good one stands in the first report. */
export function initReportLine(durationMs: number, status: "timeout" | "error", errorType: string): string {
  const error = status === "error" ? `\tError Type: ${errorType}` : "";
  return `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: init\tStatus: ${status}${error}`;
}

export function startLine(requestId: string, version: string): string {
  return `START RequestId: ${requestId} Version: ${version}`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}`;
}

export function reportLine(input: ReportInput): string {
  const init = input.initDurationMs;
  const fields = [
    `REPORT RequestId: ${input.requestId}`,
    `Duration: ${input.durationMs.toFixed(2)} ms`,
    // Initialisation is billed since August 2025.
    `Billed Duration: ${Math.ceil(input.durationMs + (init ?? 0))} ms`,
    `Memory Size: ${input.memoryMb} MB`,
    `Max Memory Used: ${input.maxMemoryUsedMb} MB`,
  ];
  if (init !== null) fields.push(`Init Duration: ${init.toFixed(2)} ms`);
  if (input.status.kind === "timeout") fields.push("Status: timeout");
  if (input.status.kind === "error") fields.push("Status: error", `Error Type: ${input.status.errorType}`);
  return `${fields.join("\t")}\t`;
}
