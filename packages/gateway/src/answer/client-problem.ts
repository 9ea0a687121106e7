/**
 * What a client may know of an error: a status, one sentence and when to come back.
 *
 * The gateway's own refusals speak about the request and are passed on as they are. Everything from behind the door is replaced, because
 * its message may name a service, a function or a stack; the operator's log has it, under the same request id.
 */
import { type ErrorCode, errorRegistry, isTulleError } from "@tulle/core/errors";

export interface ClientProblem {
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
}

const RETRY_AFTER_SECONDS = 1;

export function clientProblem(error: unknown): ClientProblem {
  const code = isTulleError(error) ? (behindTheDoor[error.code] ?? error.code) : "TULLE5000";
  const status = code.startsWith("TULLE5") ? errorRegistry[code].status : 502;
  const own = isTulleError(error) && error.code === code && code.startsWith("TULLE5");
  return {
    status,
    message: own && !hidden.has(code) ? error.message : (sentences[status] ?? sentences[500]!),
    retryAfterSeconds: status === 503 ? RETRY_AFTER_SECONDS : null,
  };
}

/** Codes of the data plane, and what each is to somebody outside. */
const behindTheDoor: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  TULLE2001: "TULLE5009",
  TULLE2002: "TULLE5010",
  TULLE2003: "TULLE5011",
  TULLE2004: "TULLE5011",
  TULLE2005: "TULLE5010",
  TULLE2006: "TULLE5013",
  TULLE2007: "TULLE5009",
  TULLE2008: "TULLE5009",
  TULLE2009: "TULLE5009",
  TULLE2010: "TULLE5010",
};

/** Own codes whose message speaks about the service. */
const hidden: ReadonlySet<ErrorCode> = new Set(["TULLE5000", "TULLE5008", "TULLE5009"]);

const sentences: Readonly<Record<number, string>> = {
  409: "This request is pinned to a version of the application that cannot answer it.",
  500: "Internal error.",
  502: "The service failed to answer.",
  503: "The service is not available at present.",
  504: "The service took too long to answer.",
};
