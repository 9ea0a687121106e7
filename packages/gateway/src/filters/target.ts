/** Reads the request line's target, or refuses it. */
import type { Filter } from "../exchange.ts";
import { parseTarget } from "../routing/target.ts";

export const target: Filter = async (exchange, next) => {
  exchange.target = parseTarget(exchange.request.url ?? "/");
  await next();
};
