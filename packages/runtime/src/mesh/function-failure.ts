import { type ErrorContext, TulleError } from "@tulle/core/errors";

/** The function was called and failed: its own error, a crash or a timeout, in the platform's words. */
export class FunctionFailure extends TulleError {
  /** `errorType` of the function's error document; empty where it has none. */
  readonly errorType: string;
  readonly errorMessage: string;

  constructor(service: string, error: { errorType: string; errorMessage: string }, context: ErrorContext) {
    const { errorType, errorMessage } = error;
    const detail = [errorType, errorMessage].filter(Boolean).join(": ");
    super("TULLE2009", `"${service}" failed${detail && `: ${detail}`}`, { context });
    this.name = "FunctionFailure";
    this.errorType = errorType;
    this.errorMessage = errorMessage;
  }
}
