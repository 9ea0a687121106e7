import { readFileSync } from "node:fs";

/** Peak resident memory of an environment's processes, for the report line. */
export interface MemorySampler {
  /** In MB; asking costs a read of a file, so the system is asked once a second at most. */
  peakMb(pid: number | null): number;
}

const SAMPLE_MS = 1_000;

export function createMemorySampler(): MemorySampler {
  let peakMb = 0;
  let sampledAtMs = Number.NEGATIVE_INFINITY;
  return {
    peakMb(pid) {
      const nowMs = performance.now();
      if (pid !== null && nowMs - sampledAtMs >= SAMPLE_MS) {
        sampledAtMs = nowMs;
        peakMb = Math.max(peakMb, residentPeakMb(pid));
      }
      return peakMb;
    },
  };
}

/** 0 where the system does not tell: anything but Linux. */
function residentPeakMb(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? 0 : Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}
