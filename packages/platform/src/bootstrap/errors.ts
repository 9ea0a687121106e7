import { types } from "node:util";
import { logsJson } from "./console.ts";

/** Error documents and the `Runtime.*` errors, in the shapes that Lambda's Node runtime reports. */
export interface NodeErrorDocument {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

class RuntimeError extends Error {
  constructor(type: string, message: unknown) {
    super(message as string);
    Object.defineProperty(this, "name", { value: `Runtime.${type}`, enumerable: false, writable: true });
    Error.captureStackTrace(this, new.target);
  }
}

export class ImportModuleError extends RuntimeError {
  constructor(cause: unknown) {
    super("ImportModuleError", cause);
  }
}

export class HandlerNotFound extends RuntimeError {
  constructor(message: string) {
    super("HandlerNotFound", message);
  }
}

export class MalformedHandlerName extends RuntimeError {
  constructor(message: string) {
    super("MalformedHandlerName", message);
  }
}

export class UserCodeSyntaxError extends RuntimeError {
  constructor(cause: unknown) {
    super("UserCodeSyntaxError", cause);
  }
}

export class NodeJsExit extends RuntimeError {
  constructor() {
    super(
      "NodeJsExit",
      "The event loop ran empty before the handler answered: most often a promise that nothing settles.",
    );
  }
}

export class UnhandledPromiseRejection extends RuntimeError {
  readonly reason: unknown;
  readonly promise: unknown;
  constructor(reason: unknown, promise: unknown) {
    super("UnhandledPromiseRejection", reason);
    this.reason = reason;
    this.promise = promise;
  }
}

/** Whatever was thrown, as the document that the caller gets. */
export function errorDocument(error: unknown): NodeErrorDocument {
  try {
    if (!isErrorLike(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
    return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split("\n") };
  } catch {
    return {
      errorType: "handled",
      errorMessage: "The handler failed with a value whose name, message or stack cannot be read.",
    };
  }
}

/** Logs an error as Lambda does: label, tab, JSON of its own properties. */
export function logError(label: string, error: unknown): void {
  const real = error instanceof Error ? error : new Error(String(error));
  if (logsJson()) console.error(real);
  else console.error(label, `\t${serialize(real)}`);
}

function serialize(error: Error): string {
  try {
    return JSON.stringify(error, (_, value) => (value instanceof Error ? withOwnProperties(value) : value));
  } catch {
    return JSON.stringify(errorDocument(error));
  }
}

function withOwnProperties(error: Error): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  const described = { errorType: error.name, errorMessage: error.message, code, ...error };
  return typeof error.stack === "string" ? { ...described, stack: error.stack.split("\n") } : described;
}

function isErrorLike(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  const error = value as Partial<Error> | null | undefined;
  return (
    typeof error === "object" &&
    typeof error?.name === "string" &&
    typeof error.message === "string" &&
    typeof error.stack === "string"
  );
}
