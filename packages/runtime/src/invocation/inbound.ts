/** What an invocation brings along: the context of its client context or record, its trace, its deadline. */
import { decodeContext, emptyContext, type RequestContext } from "@tulle/core/context";
import type { InvocationMeta, Random } from "@tulle/core/ports";
import { newTraceparent } from "../data-plane/layers/context.ts";

/** The request's context: what the caller sent, a trace in any case, and the earlier of both deadlines. */
export function inboundContext(meta: InvocationMeta, random: Random): RequestContext {
  const clientContext = objectOf(meta.clientContext);
  const custom = objectOf(clientContext["custom"]);
  const context = decodeContext(custom["tulle"]);
  const w3c = objectOf(custom["w3c"] ?? clientContext["w3c"])["traceparent"];
  const traceparent =
    wellFormed(context.traceparent) ??
    wellFormed(w3c) ??
    fromPlatformTrace(meta.traceId, random) ??
    newTraceparent(random);
  return { ...context, traceparent, deadlineMs: earlier(context.deadlineMs, meta.deadlineMs) };
}

/**
 * The context of one SQS or SNS record: its `tulle` message attribute. A batch mixes the work of many
 * requests, so each record has a context of its own and the invocation's says nothing about it but the
 * deadline.
 */
export function contextOfRecord(record: unknown, deadlineMs: number | null): RequestContext {
  const { messageAttributes, Sns } = objectOf(record);
  const attribute = objectOf(objectOf(messageAttributes ?? objectOf(Sns)["MessageAttributes"])["tulle"]);
  const text = attribute["stringValue"] ?? attribute["Value"];
  const context = typeof text === "string" ? decodeContext(parsed(text)) : emptyContext;
  return { ...context, deadlineMs: earlier(context.deadlineMs, deadlineMs) };
}

/** Null where neither is a time. */
function earlier(a: number | null, b: number | null): number | null {
  const least = Math.min(a ?? Number.POSITIVE_INFINITY, b ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(least) ? least : null;
}

function wellFormed(traceparent: unknown): string | null {
  return typeof traceparent === "string" && TRACEPARENT.test(traceparent) ? traceparent : null;
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/;

/** `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1` as a `traceparent`. */
function fromPlatformTrace(header: string | null, random: Random): string | null {
  if (header === null) return null;
  const root = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(header);
  if (root === null) return null;
  const parent = /Parent=([0-9a-f]{16})/.exec(header)?.[1] ?? newTraceparent(random).slice(36, 52);
  return `00-${root[1]}${root[2]}-${parent}-0${header.includes("Sampled=1") ? 1 : 0}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
