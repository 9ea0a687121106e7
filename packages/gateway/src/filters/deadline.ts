/**
 * Starts the request's deadline, which is absolute and travels with every call made on its behalf.
 *
 * It runs from the moment the request arrived, so that a slow body uses up the client's own time. The timer
 * here is the last resort: the data plane gives up by itself at the same moment, and with a better reason.
 */
import { TulleError } from "@tulle/core/errors";
import { type Filter, filled } from "../exchange.ts";

const FALLBACK_MS = 30_000;
const GRACE_MS = 50;

export const deadline: Filter = async (exchange, next) => {
  const { route } = filled(exchange, "matched");
  const { upstream } = exchange.door;
  const timeoutMs = route.timeoutMs ?? upstream.requestTimeoutMs(route.to) ?? FALLBACK_MS;
  exchange.deadlineMs = exchange.arrivedAtMs + timeoutMs;
  const timer = setTimeout(() => {
    exchange.abort.abort(new TulleError("TULLE5011", "The answer took too long."));
  }, timeoutMs + GRACE_MS);
  try {
    await next();
  } finally {
    clearTimeout(timer);
  }
};
