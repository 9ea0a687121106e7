/** Error codes, their registry, and the one error class of the edges. */
export type { ErrorCategory, ErrorEntry } from "./entry.ts";
export { type ErrorCode, errorRegistry } from "./registry.ts";
export { type ErrorContext, invariant, isTulleError, TulleError } from "./tulle-error.ts";
