/**
 * What travels with a request from hop to hop, version 1.
 *
 * The wire form is a small JSON object with one-letter keys, because the tightest carrier (the client context
 * of a synchronous Invoke) holds 3,583 bytes of base64 and is shared with the user's own. A reader ignores
 * keys that it does not know and treats values of the wrong type as absent: context is advice, and a bad one
 * must never fail a call.
 */
export interface RequestContext {
  /** W3C `traceparent`; its trace id is the request's root. */
  readonly traceparent: string | null;
  /** Absolute wall-clock milliseconds after which nobody waits for the answer. */
  readonly deadlineMs: number | null;
  /** Label that the request is pinned to. */
  readonly constellation: string | null;
  /** Unit of sticky splits: a robot, a user, a tenant. */
  readonly key: string | null;
  /** Logical name of the service that made the call. */
  readonly caller: string | null;
  /** 0 for the first attempt of this hop. */
  readonly attempt: number;
  /** Whether this is a copy whose answer nobody reads. */
  readonly mirror: boolean;
  readonly criticality: Criticality;
  /** Free values that routes may match on. */
  readonly values: Readonly<Record<string, string>>;
  /** The caller's signature over the rest; issued and verified by later parts, carried untouched here. */
  readonly signature: string | null;
}

/** Which work is shed first under overload. */
export type Criticality = "critical" | "default" | "sheddable";

export const emptyContext: RequestContext = {
  traceparent: null,
  deadlineMs: null,
  constellation: null,
  key: null,
  caller: null,
  attempt: 0,
  mirror: false,
  criticality: "default",
  values: {},
  signature: null,
};

/**
 * JSON shape on the wire; the value of `custom.tulle` in a client context, or of a `tulle` message attribute.
 */
export interface WireContext {
  readonly v: 1;
  readonly t?: string;
  readonly d?: number;
  readonly c?: string;
  readonly k?: string;
  readonly f?: string;
  readonly a?: number;
  readonly m?: 1;
  readonly p?: "c" | "s";
  readonly x?: Readonly<Record<string, string>>;
  readonly s?: string;
}

/** Spells a context for the wire, leaving out what is empty. */
export function encodeContext(context: RequestContext): WireContext {
  return {
    v: 1,
    ...(context.traceparent !== null && { t: context.traceparent }),
    ...(context.deadlineMs !== null && { d: Math.round(context.deadlineMs) }),
    ...(context.constellation !== null && { c: context.constellation }),
    ...(context.key !== null && { k: context.key }),
    ...(context.caller !== null && { f: context.caller }),
    ...(context.attempt > 0 && { a: context.attempt }),
    ...(context.mirror && { m: 1 as const }),
    ...(context.criticality !== "default" &&
      ({ p: context.criticality === "critical" ? "c" : "s" } as const)),
    ...(Object.keys(context.values).length > 0 && { x: context.values }),
    ...(context.signature !== null && { s: context.signature }),
  };
}

/** The JSON text of `encodeContext`, at a quarter of the price: it is spelled for every attempt. */
export function spellContext(context: RequestContext): string {
  const { traceparent, deadlineMs, constellation, key, caller, attempt, mirror, criticality } = context;
  let text = '{"v":1';
  if (traceparent !== null) text += `,"t":${JSON.stringify(traceparent)}`;
  // Infinity is no JSON.
  if (deadlineMs !== null && deadlineMs < Number.POSITIVE_INFINITY) text += `,"d":${Math.round(deadlineMs)}`;
  if (constellation !== null) text += `,"c":${JSON.stringify(constellation)}`;
  if (key !== null) text += `,"k":${JSON.stringify(key)}`;
  if (caller !== null) text += `,"f":${JSON.stringify(caller)}`;
  if (attempt > 0) text += `,"a":${attempt}`;
  if (mirror) text += ',"m":1';
  if (criticality !== "default") text += criticality === "critical" ? ',"p":"c"' : ',"p":"s"';
  for (const _name in context.values) {
    text += `,"x":${JSON.stringify(context.values)}`;
    break;
  }
  if (context.signature !== null) text += `,"s":${JSON.stringify(context.signature)}`;
  return `${text}}`;
}

/** Reads a wire context; anything that is not one gives the empty context. */
export function decodeContext(wire: unknown): RequestContext {
  if (!isObject(wire) || typeof wire["v"] !== "number") return emptyContext;
  return {
    traceparent: stringOrNull(wire["t"]),
    deadlineMs: typeof wire["d"] === "number" && wire["d"] > 0 ? wire["d"] : null,
    constellation: stringOrNull(wire["c"]),
    key: stringOrNull(wire["k"]),
    caller: stringOrNull(wire["f"]),
    attempt: typeof wire["a"] === "number" ? wire["a"] : 0,
    mirror: wire["m"] === 1,
    criticality: wire["p"] === "c" ? "critical" : wire["p"] === "s" ? "sheddable" : "default",
    values: stringValues(wire["x"]),
    signature: stringOrNull(wire["s"]),
  };
}

/** The 32 hex digits that name the whole request, or null for a malformed or missing `traceparent`. */
export function traceRoot(traceparent: string | null): string | null {
  if (traceparent === null) return null;
  return TRACEPARENT.test(traceparent) ? traceparent.slice(3, 35) : null;
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stringOrNull(value: unknown): string | null {
  return typeof value === "string" && value.length > 0 ? value : null;
}

function stringValues(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(entries);
}
