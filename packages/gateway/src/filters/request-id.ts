/**
 * Names every request, for the client and for the log. A client's own id is not taken over: ids are what
 * logs are joined by.
 */
import { randomUUID } from "node:crypto";
import type { Filter } from "../exchange.ts";

export const requestId: Filter = async (exchange, next) => {
  exchange.requestId = randomUUID();
  exchange.response.setHeader("x-request-id", exchange.requestId);
  await next();
};
