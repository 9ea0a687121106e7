/**
 * Builds the event of API Gateway's payload format 2.0.
 *
 * Where HTTP APIs and function URLs differ, this follows function URLs: `rawPath` stays percent-encoded as
 * the client sent it (HTTP APIs decode it, which cannot be undone). Cookies stand in `cookies` and not
 * among the headers. Fields without a value are absent, never null.
 * Source: recorded and published sample events; AWS documentation, "payload format version 2.0".
 */
import type { IncomingMessage } from "node:http";
import type { GatewayRoute } from "@tulle/core/model";
import type { RequestTarget } from "../routing/target.ts";
import { readQuery } from "./query.ts";
import { encodeBody } from "./request-body.ts";
import { requestCookies, requestHeaders } from "./request-headers.ts";

export interface PayloadV2 {
  readonly version: "2.0";
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: RequestContextV2;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export interface RequestContextV2 {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly http: {
    readonly method: string;
    readonly path: string;
    readonly protocol: string;
    readonly sourceIp: string;
    readonly userAgent: string;
  };
  readonly requestId: string;
  readonly routeKey: string;
  readonly stage: string;
  readonly time: string;
  readonly timeEpoch: number;
}

/** Everything that an event is made from. */
export interface EventSource {
  readonly request: IncomingMessage;
  readonly target: RequestTarget;
  readonly route: GatewayRoute;
  readonly parameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly arrivedAtMs: number;
  readonly gatewayName: string;
  readonly traceparent: string;
  readonly body: Buffer;
}

/** Throws TULLE5006 for a query string that cannot be decoded. */
export function payloadV2(source: EventSource): PayloadV2 {
  const { request, target, route } = source;
  const cookies = requestCookies(request);
  const query = readQuery(target.rawQuery);
  const { text, base64 } = encodeBody(source.body, request.headers);
  return {
    version: "2.0",
    routeKey: `${route.method} ${route.path}`,
    rawPath: target.rawPath,
    rawQueryString: target.rawQuery,
    ...(cookies.length > 0 && { cookies }),
    headers: requestHeaders(request, source.traceparent),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(source.parameters).length > 0 && { pathParameters: source.parameters }),
    requestContext: requestContext(source),
    ...(source.body.length > 0 && { body: text }),
    isBase64Encoded: base64,
  };
}

function requestContext(source: EventSource): RequestContextV2 {
  const { request, route, target, arrivedAtMs } = source;
  const host = request.headers.host ?? "";
  return {
    accountId: "anonymous",
    apiId: source.gatewayName,
    domainName: host.replace(/:\d+$/, ""),
    domainPrefix: host.split(/[.:]/)[0] ?? "",
    http: {
      method: request.method ?? "GET",
      path: target.rawPath,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? "",
      userAgent: request.headers["user-agent"] ?? "",
    },
    requestId: source.requestId,
    routeKey: `${route.method} ${route.path}`,
    stage: "$default",
    time: commonLogTime(arrivedAtMs),
    timeEpoch: arrivedAtMs,
  };
}

/** `12/Mar/2020:19:03:58 +0000`. */
export function commonLogTime(timeMs: number): string {
  // "Thu, 12 Mar 2020 19:03:58 GMT"
  const [, day, month, year, time] = new Date(timeMs).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
