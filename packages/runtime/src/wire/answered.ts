import type { AttemptResult } from "@tulle/core/outcome";

type Answer = Extract<AttemptResult, { kind: "answer" }>;

/** The result of an attempt that was answered, with what sets it apart from a plain success. */
export function answered(status: number, more?: Partial<Answer>): Answer {
  return { kind: "answer", status, errorCode: "", functionError: false, errorType: "", ...more };
}

/** Milliseconds that a `Retry-After` in seconds asks for; 0 for none, and for the form that is a date. */
export function retryAfterMs(header: unknown): number {
  return typeof header === "string" && /^\d{1,9}$/.test(header) ? Number(header) * 1000 : 0;
}
