/**
 * Hears of publishes: a request to control that is answered as soon as there is a newer version.
 *
 * A door is not invoked by the platform, so nobody hands it the epoch; without this its routes would only
 * change with its next call. While control is away the door keeps the routes it has and asks again.
 */
export interface EpochWatchOptions {
  /** Base URL of control. */
  readonly control: string;
  readonly token: string;
  readonly onVersion: (version: number) => void;
  readonly signal: AbortSignal;
}

const WAIT_MS = 20_000;
const PAUSE_AFTER_FAILURE_MS = 250;

/** Runs until the signal fires. Never rejects. */
export async function watchEpoch(options: EpochWatchOptions): Promise<void> {
  let known = 0;
  while (!options.signal.aborted) {
    try {
      const version = await nextEpoch(options, known);
      if (version > known) options.onVersion(version);
      known = version;
    } catch {
      await pause(PAUSE_AFTER_FAILURE_MS, options.signal);
    }
  }
}

async function nextEpoch({ control, token, signal }: EpochWatchOptions, after: number): Promise<number> {
  const url = new URL(`/v1/epoch?after=${after}&waitMs=${WAIT_MS}`, control);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(2 * WAIT_MS)]);
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: limit });
  const { version } = (await response.json()) as { version?: unknown };
  if (!response.ok || typeof version !== "number") throw new TypeError("control answered without a version");
  return version;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
