/**
 * The request's headers and cookies as payload format 2.0 has them, with what a door adds about the client.
 */
import type { IncomingMessage } from "node:http";
import { traceRoot } from "@tulle/core/context";

/** Headers of the connection itself, which ends at the door. */
const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "cookie",
  "expect",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Lower-case names; several values joined with commas. */
export function requestHeaders(
  request: IncomingMessage,
  traceparent: string,
): Readonly<Record<string, string>> {
  const headers: [string, string][] = [];
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (!connectionHeaders.has(name)) headers.push([name, (values ?? []).join(",")]);
  }
  const { socket } = request;
  const before = request.headersDistinct["x-forwarded-for"]?.join(",");
  const address = socket.remoteAddress ?? "";
  headers.push(
    ["x-forwarded-for", before === undefined ? address : `${before}, ${address}`],
    ["x-forwarded-port", String(socket.localPort ?? "")],
    ["x-forwarded-proto", "http"],
    ["x-amzn-trace-id", request.headersDistinct["x-amzn-trace-id"]?.[0] ?? xrayTrace(traceparent)],
  );
  return Object.fromEntries(headers);
}

export function requestCookies(request: IncomingMessage): readonly string[] {
  return (request.headersDistinct["cookie"] ?? [])
    .flatMap((line) => line.split(";"))
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== "");
}

/** X-Ray writes the 32 digits of a trace id as `1-8-24`. */
function xrayTrace(traceparent: string): string {
  const root = traceRoot(traceparent) ?? "";
  return `Root=1-${root.slice(0, 8)}-${root.slice(8)}`;
}
