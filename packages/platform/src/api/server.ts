import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { MAX_SYNC_REQUEST_BYTES, matchOperation, REQUEST_ID_HEADER } from "@tulle/aws/lambda";
import type { Authenticator } from "../identity/authenticator.ts";
import { codePath } from "./code-links.ts";
import { ApiError, asApiError, errorAnswer } from "./errors.ts";
import { invokeTooLarge } from "./operations/invoke.ts";
import { operations } from "./operations/table.ts";
import type { ApiAnswer, ApiServices } from "./request.ts";

/**
 * The Lambda API over HTTP: read a request, find out who signed it, hand it to its operation, write the
 * answer.
 *
 * `node:http` with nothing in between. Everything that depends on the socket is in this file, and operations
 * see plain values, so the hot path can move to another server by giving `perform` another caller.
 */
export interface ApiServerOptions {
  readonly services: ApiServices;
  readonly authenticator: Authenticator;
  /** A request that failed for a reason that is not the caller's. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Largest body of an operation that carries code: 50 MB of zip in base64. Source: the service's own message.
 */
const largestRequestBytes = 70_167_211;
const keptRoutes = 4096;
const emptyBody = Buffer.alloc(0);

export function createApiServer(options: ApiServerOptions): Server {
  const server = createServer({ keepAliveTimeout: 75_000, maxHeaderSize: 65_536 }, (request, response) => {
    void respond(options, request).then((answer) => {
      // While the server closes, each connection ends with its answer; others would hold the close up.
      if (!response.destroyed) write(response, answer, !server.listening);
    });
  });
  server.headersTimeout = 80_000;
  return server;
}

/** The answer to a request, whatever happens; never rejects. */
async function respond(options: ApiServerOptions, request: IncomingMessage): Promise<SentAnswer> {
  const requestId = randomUUID();
  try {
    return { requestId, ...(await handle(options, request, requestId)) };
  } catch (thrown) {
    const error = asApiError(thrown);
    if (error.code === "ServiceException") options.onTrouble(error.cause ?? error);
    return { requestId, ...errorAnswer(error, requestId) };
  }
}

interface SentAnswer extends ApiAnswer {
  readonly requestId: string;
}

async function handle(
  options: ApiServerOptions,
  request: IncomingMessage,
  requestId: string,
): Promise<ApiAnswer> {
  const { services } = options;
  const url = request.url ?? "/";
  if (url.startsWith(codePath) && request.method === "GET") return sendCode(services, url);
  const route = routeOf(request.method ?? "GET", url);
  const body = await readBody(request, route.operation);
  const token = request.headers["x-amz-security-token"];
  const caller = options.authenticator.authenticate({
    method: request.method ?? "GET",
    url,
    rawHeaders: request.rawHeaders,
    sessionToken: typeof token === "string" ? token : undefined,
    body,
  });
  const operation = operations[route.operation];
  if (operation === undefined) throw unsupported(route.operation, request.method, url);
  return operation(services, { ...route, headers: request.headers, body, caller, requestId });
}

interface Route {
  /** Empty for a path that is not Lambda's. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

const routes = new Map<string, Route>();

/** Callers repeat themselves, so the parsed request line is kept. Operations only read it. */
function routeOf(method: string, url: string): Route {
  const key = `${method} ${url}`;
  const known = routes.get(key);
  if (known !== undefined) return known;
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const match = matchOperation(method, path);
  const route: Route = {
    operation: match?.operation ?? "",
    parameters: match?.parameters ?? {},
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
  };
  if (routes.size >= keptRoutes) routes.clear();
  if (url.length < 1024) routes.set(key, route);
  return route;
}

function unsupported(operation: string, method: string | undefined, url: string): ApiError {
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

/** Reads the whole body, or refuses it as too large and lets the rest of it run out. */
function readBody(request: IncomingMessage, operation: string): Promise<Buffer> {
  const isInvoke = operation.startsWith("Invoke");
  const limit = isInvoke ? MAX_SYNC_REQUEST_BYTES : largestRequestBytes;
  const tooLarge = (): ApiError =>
    isInvoke
      ? invokeTooLarge()
      : new ApiError(
          "RequestEntityTooLargeException",
          `Request must be smaller than ${limit} bytes for the ${operation} operation`,
        );
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on("end", () => {
      if (size > limit) reject(tooLarge());
      else resolve(chunks.length === 1 ? (chunks[0] ?? emptyBody) : Buffer.concat(chunks));
    });
    request.on("error", reject);
  });
}

async function sendCode(services: ApiServices, url: string): Promise<ApiAnswer> {
  const sha256 = services.codeLinks.open(new URL(url, "http://localhost"));
  return {
    status: 200,
    headers: { "content-type": "application/zip" },
    body: await services.code.zip(sha256),
  };
}

function write(response: ServerResponse, answer: SentAnswer, last: boolean): void {
  const { status, headers } = answer;
  const head = ["Content-Type", headers?.["content-type"] ?? "application/json"];
  head.push(REQUEST_ID_HEADER, answer.requestId);
  for (const name in headers) {
    if (name !== "content-type" && name !== REQUEST_ID_HEADER) head.push(name, headers[name] ?? "");
  }
  if (last) head.push("Connection", "close");
  if (status === 204) {
    response.writeHead(status, head).end();
    return;
  }
  const body = answer.body ?? "";
  head.push("Content-Length", String(Buffer.byteLength(body)));
  response.writeHead(status, head).end(body);
}
