/** placeholder */
export interface LambdaError {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly type: string | null;
  /** Why a call was throttled. */
  readonly reason: string | null;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
}
/** A response's headers; names in lower case. */
export type ReceivedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly body: Uint8Array;
}
/** Reads an error response; whatever it is, something sensible comes back. */
export declare function readLambdaError(answer: HttpAnswer): LambdaError;

export interface LambdaErrorOptions {
  readonly requestId?: string | undefined;
  readonly reason?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** For a code that is not in the table. */
  readonly status?: number | undefined;
}
/** Spells an error as the service does. */
export declare function formatLambdaError(
  code: string,
  message: string,
  options?: LambdaErrorOptions,
): { readonly status: number; readonly headers: Record<string, string>; readonly body: string };
