import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:net";
import { MAX_SYNC_REQUEST_BYTES, matchOperation } from "@tulle/aws/lambda";
import type { Authenticator } from "../identity/authenticator.ts";
import type { ParsedRequest } from "../runtime-api/http-parser.ts";
import { codePath } from "./code-links.ts";
import { ApiConnection, type SentAnswer } from "./connection.ts";
import { ApiError, asApiError, errorAnswer } from "./errors.ts";
import { invokeTooLarge } from "./operations/invoke.ts";
import { operations } from "./operations/table.ts";
import type { ApiAnswer, ApiServices } from "./request.ts";

/**
 * The Lambda API: find out who signed a request, hand it to its operation, and answer whatever comes of it.
 * Sockets are the connection's business; operations see plain values.
 */
export interface ApiServerOptions {
  readonly services: ApiServices;
  readonly authenticator: Authenticator;
  /** A request that failed for a reason that is not the caller's. */
  readonly onTrouble: (error: unknown) => void;
}

/** The server, and what it takes to end it without breaking an answer off. */
export interface ApiServer {
  readonly listener: Server;
  /** Takes no more connections and ends each when its requests are answered; resolves when all have ended. */
  drain(): Promise<void>;
  /** Ends every connection at once. */
  destroy(): void;
}

/** Largest body of an operation with code: 50 MB of zip in base64. Source: the service's own message. */
const largestRequestBytes = 70_167_211;
const keptRoutes = 4096;
const longestKeptUrl = 1024;

export function createApiServer(options: ApiServerOptions): ApiServer {
  const connections = new Set<ApiConnection>();
  let closing = false;
  const listener = createServer({ noDelay: true }, (socket) => {
    const connection = new ApiConnection(socket, {
      maxBodyBytes: largestRequestBytes,
      serve: (request) => respond(options, request),
      isClosing: () => closing,
    });
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
  });
  return {
    listener,
    drain() {
      closing = true;
      const ended = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const connection of connections) connection.endWhenIdle();
      return ended;
    },
    destroy() {
      for (const connection of connections) connection.destroy();
    },
  };
}

/** The answer to a request, whatever happens; never rejects. */
async function respond(options: ApiServerOptions, request: ParsedRequest): Promise<SentAnswer> {
  const requestId = randomUUID();
  try {
    return { requestId, answer: await handle(options, request, requestId) };
  } catch (thrown) {
    const error = asApiError(thrown);
    if (error.code === "ServiceException") options.onTrouble(error.cause ?? error);
    return { requestId, answer: errorAnswer(error, requestId) };
  }
}

function handle(
  { services, authenticator }: ApiServerOptions,
  { head, body, tooLarge }: ParsedRequest,
  requestId: string,
): Promise<ApiAnswer> | ApiAnswer {
  const { method, path: url, headers } = head;
  if (method === "GET" && url.startsWith(codePath)) return sendCode(services, url);
  const route = routeOf(method, url);
  const isInvoke = route.operation.startsWith("Invoke");
  if (tooLarge || (isInvoke && body.byteLength > MAX_SYNC_REQUEST_BYTES)) {
    throw isInvoke ? invokeTooLarge() : bodyTooLarge(route.operation);
  }
  const caller = authenticator.authenticate({ method, url, headers, body });
  const operation = operations[route.operation];
  if (operation === undefined) throw unsupported(route.operation, method, url);
  const { parameters, query } = route;
  return operation(services, {
    operation: route.operation,
    parameters,
    query,
    headers,
    body,
    caller,
    requestId,
  });
}

function bodyTooLarge(operation: string): ApiError {
  return new ApiError(
    "RequestEntityTooLargeException",
    `Request must be smaller than ${largestRequestBytes} bytes for the ${operation} operation`,
  );
}

interface Route {
  /** Empty for a path that is not Lambda's. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** By method and URL. Callers repeat themselves, so the parsed line is kept; operations only read it. */
const routes = new Map<string, Map<string, Route>>();
let routeCount = 0;

function routeOf(method: string, url: string): Route {
  const known = routes.get(method)?.get(url);
  if (known !== undefined) return known;
  const route = findRoute(method, url);
  if (url.length >= longestKeptUrl) return route;
  if (routeCount >= keptRoutes) {
    routes.clear();
    routeCount = 0;
  }
  routeCount += 1;
  const ofMethod = routes.get(method) ?? new Map<string, Route>();
  routes.set(method, ofMethod.set(url, route));
  return route;
}

function findRoute(method: string, url: string): Route {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const match = matchOperation(method, path);
  return {
    operation: match?.operation ?? "",
    parameters: match?.parameters ?? {},
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
  };
}

function unsupported(operation: string, method: string, url: string): ApiError {
  const tulleCode = "TULLE3020";
  if (operation === "") {
    const path = url.split("?", 1)[0];
    return new ApiError("UnknownOperationException", `${method} ${path} is no operation of the Lambda API.`, {
      tulleCode,
    });
  }
  return new ApiError(
    "NotImplementedException",
    `${tulleCode}: ${operation} is not supported by the local platform. Leave the call out locally.`,
    { tulleCode },
  );
}

async function sendCode(services: ApiServices, url: string): Promise<ApiAnswer> {
  const sha256 = services.codeLinks.open(new URL(url, "http://localhost"));
  return {
    status: 200,
    headers: { "content-type": "application/zip" },
    body: await services.code.zip(sha256),
  };
}
