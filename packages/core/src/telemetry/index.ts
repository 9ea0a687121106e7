/** What is counted on an edge, and the form in which data planes report it. */
export {
  addSparse,
  bucketOf,
  type Histogram,
  newHistogram,
  quantile,
  record,
  type SparseHistogram,
  toSparse,
} from "./histogram.ts";
export type { BreakerEvent, DataPlaneReport, EdgeReport } from "./report.ts";
