/** Errors as control answers them: one envelope, the registry's status, and nothing of a fault's inside. */
import { errorRegistry, isTulleError, TulleError } from "@tulle/core/errors";
import type { ErrorEnvelope } from "../api/answers.ts";

export function envelopeOf(error: TulleError): ErrorEnvelope {
  const findings = (error.cause as { findings?: unknown } | undefined)?.findings;
  const { code, message } = error;
  return {
    error: {
      code,
      message,
      hint: error.remedy ?? errorRegistry[code].remedy,
      docs: `docs/reference/errors.md#${code.toLowerCase()}-${errorRegistry[code].name}`,
      details: { ...error.context, ...(findings !== undefined && { findings }) },
    },
  };
}

export function errorAnswer(error: TulleError): Response {
  const { status } = errorRegistry[error.code];
  return Response.json(envelopeOf(error), { status, headers: { "cache-control": "no-store" } });
}

/** What a client may know of whatever was thrown; the rest goes to `log`. */
export function faultOf(error: unknown, log: (line: string) => void): TulleError {
  if (isTulleError(error)) return error;
  log(`tulle control: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return new TulleError("TULLE4118", "Control met a fault of its own.", { cause: error });
}
