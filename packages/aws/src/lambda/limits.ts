/**
 * Limits of the Lambda service that a client or a local platform has to keep. Source: AWS Lambda quotas,
 * November 2026.
 */

/** Largest request body of a synchronous invocation. */
export const MAX_SYNC_REQUEST_BYTES: number = 6 * 1024 * 1024;
/** Largest response payload: 6 MiB and 100 bytes, as the service's own message says. */
export const MAX_SYNC_RESPONSE_BYTES: number = 6 * 1024 * 1024 + 100;
/** Largest event of an asynchronous invocation (256 KiB before late 2025). */
export const MAX_ASYNC_REQUEST_BYTES: number = 1024 * 1024;
/** Largest streamed response. */
export const MAX_STREAMED_RESPONSE_BYTES: number = 200 * 1024 * 1024;
/** Longest client context, counted in bytes of base64. */
export const MAX_CLIENT_CONTEXT_BYTES = 3583;
/** How much of the log `X-Amz-Log-Result` carries, before base64. */
export const LOG_TAIL_BYTES = 4096;
export const MAX_TENANT_ID_CHARACTERS = 256;
export const MAX_TIMEOUT_SECONDS = 900;
export const MIN_MEMORY_MB = 128;
export const MAX_MEMORY_MB = 10_240;
/** All of a function's variables together. */
export const MAX_ENVIRONMENT_BYTES = 4096;
