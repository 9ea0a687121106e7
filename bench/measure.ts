/**
 * A harness for things that take nanoseconds to microseconds.
 *
 * All candidates run in one process, in turns, in short rounds, so that what disturbs the machine disturbs
 * them alike; the median of the rounds is reported, and ratios are taken between medians of the same run.
 * Nothing here judges: read the ratios.
 */
export interface Candidate {
  readonly name: string;
  /** Runs the thing `times` times. */
  readonly run: (times: number) => void | Promise<void>;
}

export interface Timing {
  readonly name: string;
  /** CPU time of the process, user and system, for one run; median over the rounds. */
  readonly cpuUs: number;
  readonly wallUs: number;
}

export async function measure(
  candidates: readonly Candidate[],
  { rounds = 15, times = 200_000 }: { readonly rounds?: number; readonly times?: number } = {},
): Promise<readonly Timing[]> {
  const samples = candidates.map(() => ({ cpu: [] as number[], wall: [] as number[] }));
  for (const candidate of candidates) await candidate.run(Math.ceil(times / 2));
  for (let round = 0; round < rounds; round++) {
    for (const [i, candidate] of candidates.entries()) {
      const cpu = process.cpuUsage();
      const start = process.hrtime.bigint();
      await candidate.run(times);
      const wallNs = Number(process.hrtime.bigint() - start);
      const { user, system } = process.cpuUsage(cpu);
      samples[i]!.cpu.push((user + system) / times);
      samples[i]!.wall.push(wallNs / 1000 / times);
    }
  }
  return candidates.map(({ name }, i) => ({
    name,
    cpuUs: median(samples[i]!.cpu),
    wallUs: median(samples[i]!.wall),
  }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A Markdown table of timings with a ratio to the first row. */
export function table(timings: readonly Timing[]): string {
  const [first] = timings;
  const rows = timings.map(
    ({ name, cpuUs, wallUs }) =>
      `| ${name} | ${cpuUs.toFixed(3)} | ${wallUs.toFixed(3)} | ${(cpuUs / first!.cpuUs).toFixed(2)} |`,
  );
  return ["| what | CPU us | wall us | ratio to the first |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}
