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
  const { durationMs, status } = input;
  const initMs = input.initDurationMs;
  // Initialisation is billed since August 2025.
  const billedMs = Math.ceil(durationMs + (initMs ?? 0));
  const init = initMs === null ? "" : `Init Duration: ${initMs.toFixed(2)} ms\t`;
  return (
    `REPORT RequestId: ${input.requestId}\tDuration: ${durationMs.toFixed(2)} ms\t` +
    `Billed Duration: ${billedMs} ms\tMemory Size: ${input.memoryMb} MB\t` +
    `Max Memory Used: ${input.maxMemoryUsedMb} MB\t${init}${statusFields(status)}`
  );
}

function statusFields(status: ReportStatus): string {
  switch (status.kind) {
    case "success":
      return "";
    case "timeout":
      return "Status: timeout\t";
    case "error":
      return `Status: error\tError Type: ${status.errorType}\t`;
  }
}
