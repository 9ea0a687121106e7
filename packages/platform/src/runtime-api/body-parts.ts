/**
 * The body of a request while it arrives.
 *
 * A body in one piece is kept as it came, which is the common case. Of one in many, small ones are gathered:
 * a client that sends single bytes would otherwise make each cost the hundred bytes of a view.
 */
export class BodyParts {
  #parts: Buffer[] = [];
  /** Filled from the front; what is filled already stands in none of the parts. */
  #gathering: Buffer = EMPTY;
  #gatheredBytes = 0;

  add(piece: Buffer): void {
    if ((this.#parts.length === 0 && this.#gatheredBytes === 0) || piece.length >= GATHERED_BYTES) {
      this.#endGathering();
      this.#parts.push(piece);
      return;
    }
    if (this.#gatheredBytes + piece.length > this.#gathering.length) {
      this.#endGathering();
      this.#gathering = Buffer.allocUnsafe(GATHERED_BYTES);
    }
    piece.copy(this.#gathering, this.#gatheredBytes);
    this.#gatheredBytes += piece.length;
  }

  /** The whole of it, after which there is nothing. */
  take(): Buffer {
    this.#endGathering();
    const parts = this.#parts;
    this.#parts = [];
    return parts.length === 1 ? parts[0]! : parts.length === 0 ? EMPTY : Buffer.concat(parts);
  }

  clear(): void {
    this.#parts = [];
    this.#gathering = EMPTY;
    this.#gatheredBytes = 0;
  }

  #endGathering(): void {
    if (this.#gatheredBytes > 0) this.#parts.push(this.#gathering.subarray(0, this.#gatheredBytes));
    this.#gathering = EMPTY;
    this.#gatheredBytes = 0;
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
const GATHERED_BYTES = 16_384;
