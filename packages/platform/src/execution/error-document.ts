import type { FunctionProcessEnd } from "./function-process.ts";

/**
 * Error documents that the platform itself writes where the function could not. Texts as recorded from AWS in
 * November 2025; Go's `os.ProcessState` coined the ones about exits.
 */
export interface ErrorDocument {
  readonly errorType: string;
  readonly errorMessage: string;
}

export function timedOut(requestId: string, timeoutSeconds: number): ErrorDocument {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  };
}

export function exitedEarly(requestId: string, end: FunctionProcessEnd): ErrorDocument {
  const errorType = end.kind === "unstartable" ? "Runtime.InvalidEntrypoint" : "Runtime.ExitError";
  return { errorType, errorMessage: `RequestId: ${requestId} Error: ${describeEnd(end)}` };
}

export function responseTooLarge(maxBytes: number): ErrorDocument {
  return {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${maxBytes} bytes).`,
  };
}

export function invalidResponseMode(): ErrorDocument {
  return { errorType: "Runtime.InvalidResponseModeHeader", errorMessage: "Invalid function response mode" };
}

function describeEnd(end: FunctionProcessEnd): string {
  switch (end.kind) {
    case "unstartable":
      return end.message;
    case "signal":
      return `Runtime exited with error: signal: ${SIGNALS[end.signal] ?? end.signal.toLowerCase()}`;
    case "exit":
      return end.code === 0
        ? "Runtime exited without providing a reason"
        : `Runtime exited with error: exit status ${end.code}`;
  }
}

const SIGNALS: Readonly<Record<string, string>> = {
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGILL: "illegal instruction",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};
