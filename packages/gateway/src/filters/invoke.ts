/** Calls the service through the mesh, with the context that starts at this door. */
import { createHash } from "node:crypto";
import { isTulleError, TulleError } from "@tulle/core/errors";
import { type Exchange, type Filter, filled } from "../exchange.ts";

export const invoke: Filter = async (exchange, next) => {
  const { route } = filled(exchange, "matched");
  const { upstream, constellationHeader } = exchange.door;
  const { signal } = exchange.abort;
  const answer = upstream.invoke({
    service: route.to,
    payload: filled(exchange, "event"),
    deadlineMs: filled(exchange, "deadlineMs"),
    traceparent: filled(exchange, "traceparent"),
    key: keyOf(headerValue(exchange, route.keyHeader)),
    constellation: labelOf(headerValue(exchange, constellationHeader)),
    signal,
  });
  exchange.answer = await unlessAborted(answer, signal).catch((cause) => namedFailure(exchange, cause));
  await next();
};

/** Clocks and timers of several processes agree no better than this. */
const SLACK_MS = 10;

/**
 * What fails at the deadline fails because of it: callees further down give up at the same moment, and the
 * error of one of them may arrive before the door's own time is up. What the data plane has no code for is
 * the function's own error.
 */
function namedFailure(exchange: Exchange, cause: unknown): never {
  if (exchange.door.clock() >= filled(exchange, "deadlineMs") - SLACK_MS)
    throw new TulleError("TULLE5011", "The answer took too long.", { cause });
  if (isTulleError(cause)) throw cause;
  throw new TulleError("TULLE5009", "The service failed.", { cause });
}

const LONGEST_KEY = 128;
const LONGEST_LABEL = 64;

/**
 * The unit of sticky splits. What travels with a request has little room, and what does not fit in is left
 * out whole, the deadline too: so a client that sends a long key gets its digest instead, which sticks as
 * well.
 */
function keyOf(value: string | null): string | null {
  if (value === null || value.length <= LONGEST_KEY) return value;
  return createHash("sha256").update(value).digest("base64url");
}

/** No constellation has a longer name. */
function labelOf(value: string | null): string | null {
  return value === null || value.length > LONGEST_LABEL ? null : value;
}

function headerValue(exchange: Exchange, name: string | null): string | null {
  if (name === null) return null;
  const value = exchange.request.headersDistinct[name.toLowerCase()]?.[0];
  return value === undefined || value === "" ? null : value;
}

/** The upstream honours the signal; this makes sure of it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
