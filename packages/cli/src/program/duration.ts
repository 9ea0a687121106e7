/** Durations on the command line, spelled as in the configuration: `250ms`, `2s`, `1m30s`. */
import { parseDuration } from "@tulle/core/model";
import { wrongUsage } from "./failure.ts";

/** Milliseconds. Throws TULLE6001 for anything else than a positive duration. */
export function readDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms === 0) throw wrongUsage(`"${text}" is not a duration: write 500ms, 2s or 1m30s.`);
  return ms;
}

/** A measured time or an age, rounded to what a glance needs: `80 ms`, `1.5 s`, `3 m`. */
export function showDuration(ms: number): string {
  if (ms < 1) return `${Number(ms.toFixed(2))} ms`;
  if (ms < 1_000) return `${Number(ms.toPrecision(3))} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} m`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h`;
  return `${Math.floor(ms / 86_400_000)} d`;
}
