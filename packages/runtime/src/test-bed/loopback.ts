/**
 * Real servers on loopback that stand in for control, Lambda and an HTTP service; every signature is
 * verified.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { readClientContext } from "@tulle/aws/lambda";
import { verify } from "@tulle/aws/signature";
import { decodeContext, type RequestContext } from "@tulle/core/context";
import type { Snapshot } from "@tulle/core/snapshot";
import type { DataPlaneReport } from "@tulle/core/telemetry";

export interface Loopback {
  readonly url: string;
  /** Ends every connection, as a peer does that restarts. */
  breakConnections(): void;
  connections(): number;
  stop(): Promise<void>;
  start(): Promise<void>;
}

type Serve = (request: IncomingMessage, body: Buffer, response: ServerResponse) => unknown;

async function listen(serve: Serve): Promise<Loopback> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  let port = 0;
  let server: Server;
  const breakConnections = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  async function start(): Promise<void> {
    server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      await serve(request, Buffer.concat(chunks), response);
    });
    server.on("connection", (socket) => {
      accepted += 1;
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  }
  async function stop(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    breakConnections();
    await closed;
  }
  await start();
  return { url: `http://127.0.0.1:${port}`, breakConnections, connections: () => accepted, stop, start };
}

export interface ControlStandIn extends Loopback {
  snapshot: Snapshot | null;
  /** `hang` accepts and never answers. */
  behaviour: "ok" | "hang" | "broken";
  reads: number;
  readonly reports: DataPlaneReport[];
}

export async function startControl(snapshot: Snapshot | null): Promise<ControlStandIn> {
  const loopback = await listen((request, body, response) => {
    if (control.behaviour === "hang") return;
    if (control.behaviour === "broken") return response.writeHead(500).end();
    if (request.headers.authorization !== "Bearer token-of-caller") return response.writeHead(401).end();
    if (request.url === "/v1/reports") {
      control.reports.push(JSON.parse(body.toString()));
      return response.writeHead(202).end();
    }
    control.reads += 1;
    if (control.snapshot === null) return response.writeHead(404).end();
    const etag = `"${control.snapshot.version}-${control.snapshot.hash}"`;
    if (request.headers["if-none-match"] === etag) return response.writeHead(304).end();
    return response.writeHead(200, { etag }).end(JSON.stringify(control.snapshot));
  });
  const control: ControlStandIn = { ...loopback, snapshot, behaviour: "ok", reads: 0, reports: [] };
  return control;
}

/** One invocation as the stand-in for Lambda saw it. */
export interface SeenInvoke {
  readonly functionName: string;
  readonly qualifier: string | null;
  readonly payload: unknown;
  readonly type: string;
  readonly context: RequestContext;
  readonly headers: IncomingMessage["headers"];
}

/** What a function behind the stand-in gives. */
export type Reply =
  | { readonly kind: "answer"; readonly value?: unknown; readonly status?: number }
  | { readonly kind: "functionError"; readonly errorType: string }
  | { readonly kind: "platformError"; readonly status: number; readonly code: string }
  | { readonly kind: "reset" }
  | { readonly kind: "silence" };

export interface LambdaStandIn extends Loopback {
  readonly seen: SeenInvoke[];
  reply: (invoke: SeenInvoke) => Reply | Promise<Reply>;
}

export const TEST_KEYS: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "a-secret-for-tests",
  AWS_SESSION_TOKEN: "a-session",
  AWS_REGION: "eu-central-1",
};

export async function startLambda(reply: LambdaStandIn["reply"]): Promise<LambdaStandIn> {
  const loopback = await listen(async (request, body, response) => {
    const checked = verify(
      { method: request.method!, url: request.url!, rawHeaders: request.rawHeaders, body },
      (id) => (id === TEST_KEYS["AWS_ACCESS_KEY_ID"] ? knownKeys : undefined),
      { nowMs: Date.now(), maxSkewMs: Number.POSITIVE_INFINITY, service: "lambda" },
    );
    if (!checked.ok) return platformError(response, checked.status, checked.code);
    const invoke = seenInvoke(request, body);
    lambda.seen.push(invoke);
    return answer(await lambda.reply(invoke), request, response);
  });
  const lambda: LambdaStandIn = { ...loopback, seen: [], reply };
  return lambda;
}

const knownKeys = {
  secretAccessKey: TEST_KEYS["AWS_SECRET_ACCESS_KEY"]!,
  sessionToken: TEST_KEYS["AWS_SESSION_TOKEN"]!,
};

function seenInvoke({ url, headers }: IncomingMessage, body: Buffer): SeenInvoke {
  const { pathname, searchParams } = new URL(url!, "http://localhost");
  const custom = readClientContext(String(headers["x-amz-client-context"] ?? ""))?.["custom"];
  return {
    functionName: decodeURIComponent(pathname.split("/")[3]!),
    qualifier: searchParams.get("Qualifier"),
    payload: body.length === 0 ? undefined : JSON.parse(body.toString()),
    type: String(headers["x-amz-invocation-type"]),
    context: decodeContext((custom as Record<string, unknown> | undefined)?.["tulle"]),
    headers,
  };
}

function answer(reply: Reply, request: IncomingMessage, response: ServerResponse): unknown {
  if (reply.kind === "silence") return undefined;
  if (reply.kind === "reset") return request.socket.resetAndDestroy();
  if (reply.kind === "platformError") return platformError(response, reply.status, reply.code);
  if (reply.kind === "functionError") {
    const { errorType } = reply;
    return response
      .writeHead(200, { "x-amz-function-error": "Unhandled", "x-amz-executed-version": "1" })
      .end(JSON.stringify({ errorType, errorMessage: "it failed", trace: [] }));
  }
  const type = request.headers["x-amz-invocation-type"];
  const status = reply.status ?? (type === "Event" ? 202 : type === "DryRun" ? 204 : 200);
  return response.writeHead(status).end(status === 200 ? JSON.stringify(reply.value ?? null) : undefined);
}

function platformError(response: ServerResponse, status: number, code: string): unknown {
  return response
    .writeHead(status, { "x-amzn-errortype": code })
    .end(JSON.stringify({ Message: `the platform says ${code}`, Type: "User" }));
}

/** A stand-in for an HTTP service. */
export function startHttp(serve: Serve): Promise<Loopback> {
  return listen(serve);
}
