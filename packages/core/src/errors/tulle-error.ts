import type { ErrorCode } from "./registry.ts";

const brand = Symbol.for("tulle.error");

/** Where and around what an error happened; every value is safe to show and to log. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The one error class of the edges. Recognise it with `isTulleError`, which also works across two copies of
 * the package in one process. It does not carry the registry's prose: this class is bundled into functions.
 */
export class TulleError extends Error {
  readonly code: ErrorCode;
  readonly context: ErrorContext;
  /** What to do, where the thrower knows better than the registry; null otherwise. */
  readonly remedy: string | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; context?: ErrorContext; remedy?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "TulleError";
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
    this.context = options.context ?? {};
    this.remedy = options.remedy ?? null;
  }
}

/** Whether a thrown value is a `TulleError`, of this copy of the package or another. */
export function isTulleError(value: unknown): value is TulleError {
  return typeof value === "object" && value !== null && brand in value;
}

/** States what must hold; a violation is a bug in Tulle and never the user's doing. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
