/** The Lambda API on the wire: paths, headers, Invoke requests and responses, errors, limits. */
export { type MergedClientContext, mergeClientContext, readClientContext } from "./client-context.ts";
export {
  formatLambdaError,
  type LambdaError,
  type LambdaErrorOptions,
  type LambdaErrorResponse,
  readLambdaError,
} from "./error.ts";
export { type LambdaErrorRow, lambdaErrors } from "./error-table.ts";
export { type FunctionErrorSummary, readFunctionError } from "./function-error.ts";
export {
  CLIENT_CONTEXT_HEADER,
  DURABLE_EXECUTION_ARN_HEADER,
  DURABLE_EXECUTION_NAME_HEADER,
  ERROR_TYPE_HEADER,
  EVENT_STREAM_CONTENT_TYPE,
  EXECUTED_VERSION_HEADER,
  FUNCTION_ERROR_HEADER,
  INVOCATION_TYPE_HEADER,
  LOG_RESULT_HEADER,
  LOG_TYPE_HEADER,
  REQUEST_ID_HEADER,
  RETRY_AFTER_HEADER,
  SDK_INVOCATION_ID_HEADER,
  SDK_REQUEST_HEADER,
  TENANT_ID_HEADER,
  TRACE_ID_HEADER,
} from "./headers.ts";
export type { HttpAnswer, ReceivedHeaders } from "./http-answer.ts";
export {
  buildInvokeRequest,
  type InvocationType,
  type InvokeCall,
  invokeAsyncPath,
  invokePath,
  invokeStreamPath,
  type LambdaRequest,
} from "./invoke-request.ts";
export { type InvokeAnswer, type InvokeOutcome, readInvokeResponse } from "./invoke-response.ts";
export {
  LOG_TAIL_BYTES,
  MAX_ASYNC_REQUEST_BYTES,
  MAX_CLIENT_CONTEXT_BYTES,
  MAX_ENVIRONMENT_BYTES,
  MAX_MEMORY_MB,
  MAX_STREAMED_RESPONSE_BYTES,
  MAX_SYNC_REQUEST_BYTES,
  MAX_SYNC_RESPONSE_BYTES,
  MAX_TENANT_ID_CHARACTERS,
  MAX_TIMEOUT_SECONDS,
  MIN_MEMORY_MB,
} from "./limits.ts";
export { type LambdaRoute, lambdaOperations, matchOperation } from "./operations.ts";
export {
  encodeResponseStreamEvent,
  MAX_CHUNK_BYTES,
  type ReceivedStreamEvent,
  type ResponseStreamEvent,
  readResponseStreamEvent,
} from "./response-stream.ts";
