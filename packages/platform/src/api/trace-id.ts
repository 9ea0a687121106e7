import { randomBytes } from "node:crypto";

/** The trace of an invocation: the caller's where it sent one, else a fresh, unsampled root. */
export function traceIdOf(given: string | undefined, nowMs: number): string {
  if (given !== undefined && given !== "") return given;
  return freshTraceId(nowMs, nextBytes());
}

/** `Root=1-<seconds>-<24 hex>;Parent=<16 hex>;Sampled=0`, as the service makes it. */
export function freshTraceId(nowMs: number, hex: string): string {
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, "0");
  return `Root=1-${seconds}-${hex.slice(0, 24)};Parent=${hex.slice(24, 40)};Sampled=0`;
}

const idBytes = 20;
const pooledIds = 256;
let pool = "";
let at = 0;

/**
 * Forty random hex digits; drawn by the pool, because one draw of the system's generator costs a microsecond.
 */
function nextBytes(): string {
  if (at >= pool.length) {
    pool = randomBytes(idBytes * pooledIds).toString("hex");
    at = 0;
  }
  at += idBytes * 2;
  return pool.slice(at - idBytes * 2, at);
}
