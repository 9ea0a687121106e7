import type { AttemptPlace } from "./single-attempt.ts";

/**
 * Counts a call's attempts and the waits between them, for `$metadata.attempts` and
 * `$metadata.totalRetryDelay`.
 */
export class AttemptLog {
  #attempts = 0;
  #delayMs = 0;
  #endedAtMs = 0;
  /** What the SDK threw last; undefined where it threw nothing. */
  thrown: unknown;

  begin(): AttemptPlace {
    if (this.#attempts > 0) this.#delayMs += Math.round(performance.now() - this.#endedAtMs);
    this.#attempts++;
    return this.place();
  }

  end(): void {
    this.#endedAtMs = performance.now();
  }

  /** Where the latest attempt stands; attempt -1 where none was made. */
  place(): AttemptPlace {
    return { attempt: this.#attempts - 1, totalRetryDelayMs: this.#delayMs };
  }
}
