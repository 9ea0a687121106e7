/** Turns what the rest of the chain came to, an answer or an error, into the HTTP response. */
import { isTulleError, TulleError } from "@tulle/core/errors";
import { readAnswer } from "../answer/answer-v2.ts";
import { clientProblem } from "../answer/client-problem.ts";
import type { Exchange, Filter } from "../exchange.ts";

export const response: Filter = async (exchange, next) => {
  try {
    await next();
    if (exchange.answer !== undefined) writeAnswer(exchange, exchange.answer);
  } catch (error) {
    writeProblem(exchange, error);
  }
};

function writeAnswer(exchange: Exchange, bytes: Uint8Array): void {
  const answer = readAnswer(bytes);
  const { response, door } = exchange;
  if (door.draining()) response.setHeader("connection", "close");
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (answer.cookies.length > 0) response.setHeader("set-cookie", [...answer.cookies]);
  response.statusCode = answer.status;
  if (answer.body.length > 0 || mayHaveBody(answer.status))
    response.setHeader("content-length", answer.body.length);
  response.end(answer.body);
}

function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

function writeProblem(exchange: Exchange, error: unknown): void {
  const { response, request, requestId, door } = exchange;
  const problem = clientProblem(error);
  const cause = isTulleError(error) ? error.cause : error;
  door.onProblem({
    requestId,
    method: request.method ?? "",
    path: exchange.target?.rawPath ?? "",
    status: problem.status,
    code: isTulleError(error) ? error.code : "TULLE5000",
    message: error instanceof TulleError || error instanceof Error ? error.message : String(error),
    cause: cause instanceof Error ? cause.message : null,
    durationMs: door.clock() - exchange.arrivedAtMs,
  });
  if (response.headersSent || response.destroyed) return;
  if (problem.retryAfterSeconds !== null) response.setHeader("retry-after", problem.retryAfterSeconds);
  // What is left of the body would be taken for the next request.
  if (!request.complete || door.draining()) response.setHeader("connection", "close");
  const body = JSON.stringify({ message: problem.message, requestId });
  response.writeHead(problem.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
