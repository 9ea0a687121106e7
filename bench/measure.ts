/**
 * A harness for things that take nanoseconds to microseconds.
 *
 * All candidates run in one process, in turns, in short rounds, so that what disturbs the machine disturbs
 * them alike. Times are medians over the rounds. A ratio is taken within each round, between neighbours, and
 * the median of those is reported with the range that holds four fifths of them.
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
  /** CPU time as a share of the first candidate's in the same round. */
  readonly ratio: Spread;
}

/** A median and the range around it that holds four fifths of the samples. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface MeasureOptions {
  readonly rounds?: number;
  readonly times?: number;
}

export async function measure(
  candidates: readonly Candidate[],
  { rounds = 15, times = 200_000 }: MeasureOptions = {},
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
  const first = samples[0]!.cpu;
  return candidates.map(({ name }, i) => {
    const { cpu, wall } = samples[i]!;
    const ratio = spreadOf(cpu.map((cpuUs, round) => cpuUs / first[round]!));
    return { name, cpuUs: median(cpu), wallUs: median(wall), ratio };
  });
}

export function median(values: readonly number[]): number {
  return spreadOf(values).median;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { low: at(0.1), median: at(0.5), high: at(0.9) };
}

/** A Markdown table of timings with a ratio to the first row. */
export function table(timings: readonly Timing[]): string {
  const rows = timings.map(
    ({ name, cpuUs, wallUs, ratio }) =>
      `| ${name} | ${cpuUs.toFixed(3)} | ${wallUs.toFixed(3)} | ${spell(ratio)} |`,
  );
  return ["| what | CPU us | wall us | ratio to the first |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

/** `0.21 (0.19-0.24)` */
export function spell({ low, median: middle, high }: Spread): string {
  return `${middle.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}
