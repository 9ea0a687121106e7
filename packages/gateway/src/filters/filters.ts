/**
 * The filters of the door, outermost first: this list is the order in which a request meets them.
 *
 * Everything that can be refused without reading the body is refused before it is read. The response filter
 * stands outside all that can fail, and the request id outside that, so that every answer carries one.
 * Authentication, CORS and limits will stand between `route` and `body`: they need the route and not the
 * body.
 */
import type { Filter } from "../exchange.ts";
import { body } from "./body.ts";
import { deadline } from "./deadline.ts";
import { event } from "./event.ts";
import { health } from "./health.ts";
import { invoke } from "./invoke.ts";
import { requestId } from "./request-id.ts";
import { response } from "./response.ts";
import { route } from "./route.ts";
import { target } from "./target.ts";
import { trace } from "./trace.ts";

export const filters: readonly Filter[] = [
  requestId,
  response,
  target,
  health,
  route,
  deadline,
  trace,
  body,
  event,
  invoke,
];
