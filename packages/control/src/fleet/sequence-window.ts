/**
 * Remembers which of an environment's reports have been counted, so that none counts twice.
 *
 * Reports may overtake each other, but not by much: the newest 256 numbers are remembered one by one, and
 * whatever is older counts as seen.
 */
export class SequenceWindow {
  #highest = 0;
  readonly #seen = new Set<number>();

  /** Whether the number is new; it is not the next time. */
  admit(sequence: number): boolean {
    if (sequence <= this.#highest - WINDOW || this.#seen.has(sequence)) return false;
    this.#seen.add(sequence);
    if (sequence > this.#highest) {
      this.#highest = sequence;
      for (const one of this.#seen) if (one <= sequence - WINDOW) this.#seen.delete(one);
    }
    return true;
  }

  /** Whether no later number has been admitted. */
  isNewest(sequence: number): boolean {
    return sequence === this.#highest;
  }
}

const WINDOW = 256;
