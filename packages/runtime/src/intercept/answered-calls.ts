/**
 * Keeps the SDK in the bundle from asking again what the mesh has settled.
 *
 * The mesh has made its attempts when it answers, but the SDK's retries are in the bundle and go by the
 * error's name: a throttled call comes back under the same invocation id with `attempt=2`. It is then given
 * the answer that it was given, and the function is not called; what remains of the SDK's retries is its
 * waiting. Changing the answer instead (another status, another name) would take from the handler the class
 * of error that it may catch.
 */
import type { WireResponse } from "../wire/response-parser.ts";
import type { Outgoing } from "./outgoing.ts";

const KEPT = 64;

export class AnsweredCalls {
  readonly #answers = new Map<string, WireResponse>();

  /** The answer that this very call has had already. */
  recall({ headers }: Outgoing): WireResponse | undefined {
    return isFirst(headers["amz-sdk-request"]) ? undefined : this.#answers.get(idOf(headers));
  }

  /** Remembers an answer that an SDK would retry. */
  remember({ headers }: Outgoing, response: WireResponse): void {
    const id = idOf(headers);
    if (id === "" || response.status < 400) return;
    if (this.#answers.size >= KEPT) this.#answers.delete(this.#answers.keys().next().value!);
    this.#answers.set(id, response);
  }
}

function idOf(headers: Outgoing["headers"]): string {
  return headers["amz-sdk-invocation-id"] ?? "";
}

function isFirst(header: string | undefined): boolean {
  return header === undefined || header.startsWith("attempt=1;");
}
