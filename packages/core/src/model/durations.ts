/**
 * Durations as they are written in files, `250ms`, `3s`, `1m30s`, and as they are inside: whole
 * milliseconds.
 * Source: Gateway API, GEP-2257 (duration format): up to four parts of up to five digits, units h, m, s and
 * ms.
 */

export const DURATION_PATTERN = "^([0-9]{1,5}(h|m|s|ms)){1,4}$";

const whole = new RegExp(DURATION_PATTERN);
const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Milliseconds of a written duration, or null where it is not one. */
export function parseDuration(text: string): number | null {
  if (!whole.test(text)) return null;
  let totalMs = 0;
  for (const [, digits, unit] of text.matchAll(/([0-9]+)(ms|h|m|s)/g)) {
    totalMs += Number(digits) * unitMs[unit!]!;
  }
  return totalMs;
}

/** The shortest way to write a duration: `formatDuration(90_000)` is `1m30s`. */
export function formatDuration(durationMs: number): string {
  let restMs = Math.round(durationMs);
  if (restMs <= 0) return "0s";
  let text = "";
  for (const [unit, lengthMs] of Object.entries(unitMs)) {
    const count = Math.floor(restMs / lengthMs);
    if (count > 0) text += `${count}${unit}`;
    restMs -= count * lengthMs;
  }
  return text;
}
