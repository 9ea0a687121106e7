/**
 * Latency counts in logarithmic buckets, each 5 % wider than the one before.
 *
 * Two histograms merge by adding their counts, in any order, which is what a fleet needs; a quantile is off
 * by at most 2.5 %. 0.1 ms is the lowest value told apart, 15 minutes the highest.
 * Source: Masson, Rim, Lee, "DDSketch", VLDB 2019, with a fixed range instead of collapsing buckets.
 */
export type Histogram = number[];

const GROWTH = 1.05;
const LOWEST_MS = 0.1;
const PER_LOG = 1 / Math.log(GROWTH);
const BUCKETS = 330;

export function newHistogram(): Histogram {
  return new Array<number>(BUCKETS).fill(0);
}

export function bucketOf(durationMs: number): number {
  if (!(durationMs > LOWEST_MS)) return 0;
  const bucket = Math.ceil(Math.log(durationMs / LOWEST_MS) * PER_LOG);
  return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

export function record(histogram: Histogram, durationMs: number): void {
  histogram[bucketOf(durationMs)]! += 1;
}

/** Milliseconds below which the share `q` of the recorded durations lies; null while nothing was recorded. */
export function quantile(histogram: Histogram, q: number): number | null {
  let total = 0;
  for (const count of histogram) total += count;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(q * total));
  let seen = 0;
  for (let bucket = 0; bucket < histogram.length; bucket++) {
    seen += histogram[bucket]!;
    if (seen >= rank) return middleOf(bucket);
  }
  return middleOf(BUCKETS - 1);
}

/** Counts by bucket number, without the empty ones: the form that travels and is stored. */
export type SparseHistogram = Readonly<Record<string, number>>;

export function toSparse(histogram: Histogram): SparseHistogram {
  const sparse: Record<string, number> = {};
  for (let bucket = 0; bucket < histogram.length; bucket++) {
    if (histogram[bucket] !== 0) sparse[bucket] = histogram[bucket]!;
  }
  return sparse;
}

/** Adds a travelling histogram to one in memory; unknown buckets are ignored. */
export function addSparse(histogram: Histogram, sparse: SparseHistogram): void {
  for (const [bucket, count] of Object.entries(sparse)) {
    const index = Number(bucket);
    if (index >= 0 && index < BUCKETS && Number.isInteger(index)) histogram[index]! += count;
  }
}

function middleOf(bucket: number): number {
  if (bucket === 0) return LOWEST_MS;
  return LOWEST_MS * GROWTH ** (bucket - 0.5);
}
