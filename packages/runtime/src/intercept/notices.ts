import type { DataPlane } from "../data-plane/data-plane.ts";

/** Counts what an interception had to leave alone, and says it the first time. */
export class Notices {
  readonly #plane: DataPlane;
  readonly #said = new Set<string>();

  constructor(plane: DataPlane) {
    this.#plane = plane;
  }

  note(counter: string, message: string): void {
    this.#plane.count(counter);
    if (this.#said.has(counter)) return;
    this.#said.add(counter);
    console.warn(JSON.stringify({ level: "WARN", source: "tulle", counter, message }));
  }
}
