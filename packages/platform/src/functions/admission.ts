import { ApiError } from "../api/errors.ts";

/**
 * Concurrency as Lambda counts it: invocations under way, per function and over the account.
 *
 * A function with reserved concurrency has that many and no more; all others share what is left of the
 * account's limit. The counters are the platform's own, so a refusal costs no process anything.
 */
export class Admission {
  readonly #accountLimit: number;
  readonly #running = new Map<string, number>();
  #unreservedRunning = 0;

  constructor(accountLimit: number) {
    this.#accountLimit = accountLimit;
  }

  /** Counts an invocation in, or throws TooManyRequestsException. `reservedTotal` is over all functions. */
  enter(functionName: string, reserved: number | null, reservedTotal: number): void {
    const running = this.#running.get(functionName) ?? 0;
    if (reserved !== null) {
      if (running >= reserved) throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
    } else {
      if (this.#unreservedRunning >= this.#accountLimit - reservedTotal) {
        throw throttled("ConcurrentInvocationLimitExceeded");
      }
      this.#unreservedRunning++;
    }
    this.#running.set(functionName, running + 1);
  }

  /** Counts an invocation out. `reserved` is what `enter` was given. */
  leave(functionName: string, reserved: number | null): void {
    const running = this.#running.get(functionName) ?? 0;
    if (running <= 1) this.#running.delete(functionName);
    else this.#running.set(functionName, running - 1);
    if (reserved === null) this.#unreservedRunning--;
  }

  /** Invocations of a function under way. */
  running(functionName: string): number {
    return this.#running.get(functionName) ?? 0;
  }
}

/** The API's throttle. */
export function throttled(reason: string): ApiError {
  return new ApiError("TooManyRequestsException", "Rate Exceeded.", { reason, retryAfterSeconds: 1 });
}
