/**
 * Joins the client's trace (W3C `traceparent`) with a span of its own, or starts one. Source: W3C Trace
 * Context, 2021-11-23.
 */
import { randomBytes } from "node:crypto";
import type { Filter } from "../exchange.ts";

export const trace: Filter = async (exchange, next) => {
  exchange.traceparent = joinTrace(exchange.request.headers["traceparent"]);
  await next();
};

/** A malformed header starts a new trace, as the recommendation demands. */
export function joinTrace(received: string | readonly string[] | undefined): string {
  const parts =
    typeof received === "string"
      ? /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/.exec(received)
      : null;
  const known = parts !== null && !/^0+$/.test(parts[1]!) && !/^0+$/.test(parts[2]!);
  const traceId = known ? parts[1]! : randomBytes(16).toString("hex");
  return `00-${traceId}-${randomBytes(8).toString("hex")}-${known ? parts[3]! : "01"}`;
}
