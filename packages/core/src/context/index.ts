/** What travels with a request: deadline, key, constellation, caller, trace. */
export {
  type Criticality,
  decodeContext,
  emptyContext,
  encodeContext,
  type RequestContext,
  traceRoot,
  type WireContext,
} from "./record.ts";
