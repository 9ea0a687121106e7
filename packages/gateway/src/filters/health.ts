/**
 * Answers `/.tulle/health` itself: 200 while requests are taken, 503 before the first snapshot and while
 * draining.
 */
import type { Filter } from "../exchange.ts";
import { filled } from "../exchange.ts";

export const health: Filter = async (exchange, next) => {
  if (filled(exchange, "target").rawPath !== "/.tulle/health") return next();
  const { door, response } = exchange;
  const status = door.draining() ? "draining" : door.upstream.gateway() === null ? "starting" : "ok";
  response.writeHead(status === "ok" ? 200 : 503, { "content-type": "application/json" });
  response.end(JSON.stringify({ status }));
};
