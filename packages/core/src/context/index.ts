/** What travels with a request: deadline, key, constellation, caller, trace. */
export {
  type Criticality,
  decodeContext,
  emptyContext,
  encodeContext,
  type RequestContext,
  spellContext,
  traceRoot,
  type WireContext,
} from "./record.ts";
