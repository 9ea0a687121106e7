/** The errors of the mesh itself: what it says when a call or a name is refused, or when nobody answered. */
import { type ErrorContext, TulleError } from "@tulle/core/errors";

export type RefusalCode = keyof typeof messages;

/** Where a refusal happened. */
export interface RefusedCall extends ErrorContext {
  readonly caller: string;
  readonly service: string;
}

/** The error for a code; the same words wherever it comes from. */
export function refusal(code: RefusalCode, context: RefusedCall, cause?: unknown): TulleError {
  return new TulleError(code, messages[code](context.caller, context.service), { cause, context });
}

const messages = {
  TULLE2001: (caller: string, name: string) => `"${caller}" is not allowed to use "${name}"`,
  TULLE2002: (caller: string, name: string) => `the circuit from "${caller}" to "${name}" is open`,
  TULLE2003: (_: string, name: string) => `the deadline passed before "${name}" answered`,
  TULLE2004: (_: string, name: string) => `"${name}" did not answer in time`,
  TULLE2005: (_: string, name: string) => `the connection to "${name}" failed`,
  TULLE2006: (_: string, name: string) =>
    `the request's constellation has no "${name}" and does not fall through`,
  TULLE2007: (caller: string, name: string) => `"${name}" is not among the names that "${caller}" uses`,
  TULLE2009: (_: string, name: string) => `"${name}" answered with more bytes than are read`,
  TULLE2011: (caller: string, name: string) =>
    `"${name}" cannot be found: "${caller}" has no snapshot of the mesh`,
} as const;
