import { writeSync } from "node:fs";
import { format } from "node:util";

/**
 * `console` as on Lambda: a line begins with time, request id and level. Written synchronously, so that
 * whatever a handler logged is in the pipe before its response is on the socket.
 */
export function patchConsole(): void {
  const level = LEVELS[(process.env["AWS_LAMBDA_LOG_LEVEL"] ?? "").toUpperCase() as Level] ?? LEVELS.TRACE;
  const json = (process.env["AWS_LAMBDA_LOG_FORMAT"] ?? "").toUpperCase() === "JSON";
  const write = json ? writeJson : writeText;
  const logger = (name: Level): ((...values: unknown[]) => void) =>
    LEVELS[name] >= level ? (...values) => write(name, values) : () => {};
  console.trace = logger("TRACE");
  console.debug = logger("DEBUG");
  console.info = logger("INFO");
  console.log = console.info;
  console.warn = logger("WARN");
  console.error = logger("ERROR");
  (console as unknown as { fatal: (...values: unknown[]) => void }).fatal = logger("FATAL");
}

/** AWS's client keeps the request id under this symbol, and loggers read it there. */
export function setRequestId(requestId: string): void {
  (globalThis as Record<symbol, unknown>)[REQUEST_ID] = requestId;
}

export function logsJson(): boolean {
  return (process.env["AWS_LAMBDA_LOG_FORMAT"] ?? "").toUpperCase() === "JSON";
}

type Level = keyof typeof LEVELS;

const LEVELS = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 } as const;
const REQUEST_ID = Symbol.for("aws.lambda.runtime.requestId");

function requestId(): unknown {
  return (globalThis as Record<symbol, unknown>)[REQUEST_ID];
}

function writeText(level: Level, values: readonly unknown[]): void {
  writeOut(`${new Date().toISOString()}\t${requestId()}\t${level}\t${format(...values)}\n`);
}

function writeJson(level: Level, values: readonly unknown[]): void {
  const timestamp = new Date().toISOString();
  const entry = { timestamp, level, requestId: requestId() };
  const error = values.find((value) => value instanceof Error);
  const described = error instanceof Error && values.length > 1 ? describe(error) : {};
  const message = values.length === 1 ? values[0] : format(...values);
  let line: string;
  try {
    line = JSON.stringify({ ...entry, message, ...described }, (_, value) =>
      value instanceof Error ? { ...describe(value), ...value } : value,
    );
  } catch {
    line = JSON.stringify({ ...entry, message: format(...values), ...described });
  }
  writeOut(`${line}\n`);
}

function describe(error: Error): Record<string, unknown> {
  return {
    errorType: error.constructor?.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace: typeof error.stack === "string" ? error.stack.split("\n") : [],
  };
}

/** A pipe that is full for the moment makes the writer wait, as on Lambda. */
function writeOut(text: string): void {
  let rest = Buffer.from(text, "utf8");
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      Atomics.wait(PAUSE, 0, 0, 1);
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
