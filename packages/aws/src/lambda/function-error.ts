/** placeholder */
export interface FunctionErrorSummary {
  /** Empty where the document has none. */
  readonly errorType: string;
  /** Cut after 4,096 characters. */
  readonly errorMessage: string;
}
/** Reads type and message of a function's error document, looking at no more than its first and necessary bytes. */
export declare function readFunctionError(payload: Uint8Array): FunctionErrorSummary;
