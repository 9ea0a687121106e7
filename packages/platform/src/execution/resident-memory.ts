import { readFileSync } from "node:fs";

/** Peak resident memory of a process in MB; 0 where the system does not tell (anything but Linux). */
export function peakMemoryMb(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? 0 : Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}
