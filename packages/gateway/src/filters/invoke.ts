/** Calls the service through the mesh, with the context that starts at this door. */
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
    key: headerValue(exchange, route.keyHeader),
    constellation: headerValue(exchange, constellationHeader),
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
