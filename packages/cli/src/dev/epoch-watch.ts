/**
 * Hears of publishes by whoever made them: asks control, which answers as soon as there is a newer version.
 */
import type { ControlClient } from "@tulle/control/client";

const WAIT_MS = 20_000;
const PAUSE_AFTER_FAILURE_MS = 200;

export interface EpochWatchOptions {
  readonly client: Pick<ControlClient, "epoch">;
  readonly known: () => number;
  readonly onVersion: (version: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Runs until the signal fires; while control is away, it asks again. Never rejects. */
export async function watchEpoch({ client, known, onVersion, signal }: EpochWatchOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      const { version } = await client.epoch({ after: known(), waitMs: WAIT_MS });
      if (version > known() && !signal.aborted) await onVersion(version);
    } catch {
      await pause(PAUSE_AFTER_FAILURE_MS, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
