/** Names of the Invoke API's headers, in lower case as Node hands them over. */

export const INVOCATION_TYPE_HEADER = "x-amz-invocation-type";
export const LOG_TYPE_HEADER = "x-amz-log-type";
export const CLIENT_CONTEXT_HEADER = "x-amz-client-context";
export const TENANT_ID_HEADER = "x-amz-tenant-id";
export const DURABLE_EXECUTION_NAME_HEADER = "x-amz-durable-execution-name";
export const TRACE_ID_HEADER = "x-amzn-trace-id";

export const EXECUTED_VERSION_HEADER = "x-amz-executed-version";
export const FUNCTION_ERROR_HEADER = "x-amz-function-error";
export const LOG_RESULT_HEADER = "x-amz-log-result";
export const REQUEST_ID_HEADER = "x-amzn-requestid";
export const ERROR_TYPE_HEADER = "x-amzn-errortype";
export const DURABLE_EXECUTION_ARN_HEADER = "x-amz-durable-execution-arn";
/** Seconds; sent with a throttle. */
export const RETRY_AFTER_HEADER = "retry-after";

/** Sent by AWS SDKs: the same identifier on every attempt of a call. */
export const SDK_INVOCATION_ID_HEADER = "amz-sdk-invocation-id";
/** Sent by AWS SDKs: `attempt=2; max=3`. */
export const SDK_REQUEST_HEADER = "amz-sdk-request";

export const EVENT_STREAM_CONTENT_TYPE = "application/vnd.amazon.eventstream";
