/**
 * What a client may know of an error: a status, one sentence and when to come back.
 *
 * The gateway's own refusals speak about the request and are passed on as they are. Everything from behind
 * the door is replaced, because its message may name a service, a function or a stack; the operator's log
 * has it, under the same request id.
 */
import { type ErrorCode, errorRegistry, isTulleError } from "@tulle/core/errors";

export interface ClientProblem {
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
}

const RETRY_AFTER_SECONDS = 1;

export function clientProblem(error: unknown): ClientProblem {
  const own = isTulleError(error) && error.code.startsWith("TULLE5");
  const code = own ? error.code : isTulleError(error) ? behindTheDoor(error.code) : "TULLE5000";
  const { status } = errorRegistry[code];
  return {
    status,
    message: own && !hidden.has(code) ? error.message : (sentences[status] ?? sentences[500]!),
    retryAfterSeconds: status === 503 ? RETRY_AFTER_SECONDS : null,
  };
}

/** What a code of the data plane is to somebody outside, by the status that the registry gives it. */
function behindTheDoor(code: ErrorCode): ErrorCode {
  const { status, category } = errorRegistry[code];
  if (category === "refused") return "TULLE5013";
  if (status === 504) return "TULLE5011";
  if (status === 503 || status === 429) return "TULLE5010";
  return "TULLE5009";
}

/** Own codes whose message speaks about the service. */
const hidden: ReadonlySet<ErrorCode> = new Set(["TULLE5000", "TULLE5008", "TULLE5009"]);

const sentences: Readonly<Record<number, string>> = {
  409: "This request is pinned to a version of the application that cannot answer it.",
  500: "Internal error.",
  502: "The service failed to answer.",
  503: "The service is not available at present.",
  504: "The service took too long to answer.",
};
