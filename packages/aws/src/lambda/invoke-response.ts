/** Reading what Invoke answers. */

import { type LambdaError, readLambdaError } from "./error.ts";
import {
  DURABLE_EXECUTION_ARN_HEADER,
  EXECUTED_VERSION_HEADER,
  FUNCTION_ERROR_HEADER,
  LOG_RESULT_HEADER,
  REQUEST_ID_HEADER,
} from "./headers.ts";
import { type HttpAnswer, headerOf } from "./http-answer.ts";

/** What an accepted invocation gave. */
export interface InvokeAnswer {
  readonly kind: "answer";
  /** 200 for RequestResponse, 202 for Event, 204 for DryRun. */
  readonly statusCode: number;
  /** `Unhandled` where the function failed; then the payload is the error document. */
  readonly functionError: string | null;
  readonly executedVersion: string | null;
  /** Base64 of the last 4 KB of the log. */
  readonly logResult: string | null;
  readonly payload: Uint8Array;
  readonly requestId: string | null;
  readonly durableExecutionArn: string | null;
}

export type InvokeOutcome = InvokeAnswer | { readonly kind: "error"; readonly error: LambdaError };

/** Tells an answer, which may carry a function's error, from a refusal by the service. */
export function readInvokeResponse(answer: HttpAnswer): InvokeOutcome {
  if (answer.status >= 300) return { kind: "error", error: readLambdaError(answer) };
  const { headers } = answer;
  return {
    kind: "answer",
    statusCode: answer.status,
    functionError: headerOf(headers, FUNCTION_ERROR_HEADER),
    executedVersion: headerOf(headers, EXECUTED_VERSION_HEADER),
    logResult: headerOf(headers, LOG_RESULT_HEADER),
    payload: answer.body,
    requestId: headerOf(headers, REQUEST_ID_HEADER),
    durableExecutionArn: headerOf(headers, DURABLE_EXECUTION_ARN_HEADER),
  };
}
