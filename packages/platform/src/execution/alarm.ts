/**
 * A time limit that is set and lifted for every invocation.
 *
 * A timer of Node's for each would be made and thrown away thousands of times a second. This one is left to
 * run when the limit is lifted; when it fires it looks whether the time that counts now has come, and
 * otherwise sleeps on. So a limit that is not reached costs two assignments.
 */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | null = null;
  /** When the timer fires, and when it should ring; monotonic milliseconds. */
  #firesAtMs = 0;
  #dueAtMs = Number.POSITIVE_INFINITY;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings after so many milliseconds, and not when an earlier call said. */
  set(ms: number): void {
    this.#dueAtMs = performance.now() + ms;
    if (this.#timer !== null && this.#firesAtMs <= this.#dueAtMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#sleep(ms);
  }

  clear(): void {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
  }

  /** Lets go of the timer; to be called when nothing will be set any more. */
  close(): void {
    this.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #sleep(ms: number): void {
    this.#firesAtMs = performance.now() + ms;
    this.#timer = setTimeout(() => this.#fired(), ms);
  }

  #fired(): void {
    this.#timer = null;
    const missingMs = this.#dueAtMs - performance.now();
    if (missingMs === Number.POSITIVE_INFINITY) return;
    if (missingMs > 0) {
      this.#sleep(Math.ceil(missingMs));
      return;
    }
    this.clear();
    this.#ring();
  }
}
