/** Finds the route, in the routes as they are when the request arrives. */
import { TulleError } from "@tulle/core/errors";
import { type Filter, filled } from "../exchange.ts";

export const route: Filter = async (exchange, next) => {
  const { door, request, response } = exchange;
  const gateway = door.upstream.gateway();
  if (gateway === null) throw new TulleError("TULLE5012", "The service is starting.");
  exchange.gateway = gateway;
  const method = request.method ?? "GET";
  const match = door.routes().find(method, filled(exchange, "target").segments);
  if (match.kind === "none") throw new TulleError("TULLE5001", "There is nothing at this address.");
  if (match.kind === "wrongMethod") {
    response.setHeader("allow", match.allow.join(", "));
    throw new TulleError("TULLE5002", `${method} is not possible here, only ${match.allow.join(", ")}.`);
  }
  exchange.matched = match;
  await next();
};
