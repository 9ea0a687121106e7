import type { OutcomeClass } from "./table.ts";

/** What is known about a finished attempt, whatever transport made it. */
export type AttemptResult =
  | {
      readonly kind: "answer";
      /** HTTP status of the Invoke API or of the HTTP service. */
      readonly status: number;
      /** Value of `x-amzn-errortype` or the body's `__type`, without namespace; empty for a success. */
      readonly errorCode: string;
      /** Whether `X-Amz-Function-Error` was present. */
      readonly functionError: boolean;
      /** `errorType` of the function's error payload; empty where there is none. */
      readonly errorType: string;
      /** What `Retry-After` asks for; absent where the answer does not say. */
      readonly retryAfterMs?: number;
    }
  | { readonly kind: "failure"; readonly reason: FailureReason };

/** Why no answer arrived, or none that could be taken. */
export type FailureReason = "timeout" | "aborted" | "unreachable" | "connectionLost" | "oversized";

/**
 * Names the class of a finished attempt. Source: sections 1.3 and 1.4 of the Lambda facts (recorded answers,
 * Nov 2025).
 */
export function classify(result: AttemptResult): OutcomeClass {
  if (result.kind === "failure") return result.reason;
  if (result.functionError) return classifyFunctionError(result.errorType);
  if (result.status < 400) return "ok";
  return byErrorCode.get(result.errorCode) ?? byStatus(result.status);
}

/**
 * Every error of a function is `Unhandled`; only `errorType` tells the platform's word from the function's
 * own.
 */
function classifyFunctionError(errorType: string): OutcomeClass {
  if (errorType === "Sandbox.Timedout") return "timeout";
  if (errorType === "Function.ResponseSizeTooLarge") return "oversized";
  if (initFailures.has(errorType)) return "initFailure";
  if (
    errorType.startsWith("Runtime.") ||
    errorType.startsWith("Sandbox.") ||
    errorType.startsWith("Extension.")
  )
    return notCrashes.has(errorType) ? "functionError" : "crash";
  return "functionError";
}

const initFailures: ReadonlySet<string> = new Set([
  "Runtime.ImportModuleError",
  "Runtime.HandlerNotFound",
  "Runtime.MalformedHandlerName",
  "Runtime.UserCodeSyntaxError",
  "Runtime.InvalidEntrypoint",
]);

/** `Runtime.` names that the function's own code provokes while the process lives on. */
const notCrashes: ReadonlySet<string> = new Set([
  "Runtime.UnhandledPromiseRejection",
  "Runtime.MarshalError",
]);

/** A map, because the code comes from the wire. */
const byErrorCode: ReadonlyMap<string, OutcomeClass> = new Map([
  ["TooManyRequestsException", "throttle"],
  ["ThrottlingException", "throttle"],
  ["ResourceNotFoundException", "notFound"],
  ["AccessDeniedException", "accessDenied"],
  ["InvalidSignatureException", "accessDenied"],
  ["UnrecognizedClientException", "accessDenied"],
  ["ExpiredTokenException", "accessDenied"],
  ["MissingAuthenticationTokenException", "accessDenied"],
]);

function byStatus(status: number): OutcomeClass {
  if (status === 429) return "throttle";
  if (status === 404) return "notFound";
  if (status === 401 || status === 403) return "accessDenied";
  if (status === 408 || status === 504) return "timeout";
  if (status >= 500) return "unavailable";
  return "badRequest";
}
