/** Writes the request as the event that the function is written for. */
import { payloadV2 } from "../event/payload-v2.ts";
import { type Filter, filled } from "../exchange.ts";

export const event: Filter = async (exchange, next) => {
  const { request, requestId, arrivedAtMs, door } = exchange;
  const { route, parameters } = filled(exchange, "matched");
  exchange.event = JSON.stringify(
    payloadV2({
      request,
      target: filled(exchange, "target"),
      route,
      parameters,
      requestId,
      arrivedAtMs,
      gatewayName: door.gatewayName,
      traceparent: filled(exchange, "traceparent"),
      body: filled(exchange, "body"),
    }),
  );
  await next();
};
