import type { BreakerTransition } from "../breaker/index.ts";
import type { OutcomeClass } from "../outcome/index.ts";
import type { SparseHistogram } from "./histogram.ts";

/**
 * What a data plane tells control, in batches: what happened on its own caller's edges since its last report.
 * Additive, so that reports may arrive in any order; `sequence` lets control drop one that arrives twice.
 */
export interface DataPlaneReport {
  readonly format: 1;
  /** Logical name of the caller service; control refuses a report for a name other than the token's. */
  readonly caller: string;
  /** Random identity of this environment, made at INIT. */
  readonly environmentId: string;
  /** 1, 2, 3 ... within the environment. */
  readonly sequence: number;
  readonly snapshotVersion: number;
  readonly edges: readonly EdgeReport[];
  readonly events: readonly BreakerEvent[];
  /**
   * Degradations that were counted: stale snapshots served, contexts dropped, requests that could not be
   * signed again.
   */
  readonly counters: Readonly<Record<string, number>>;
}

export interface EdgeReport {
  readonly service: string;
  readonly revision: string;
  /** Attempts by class of outcome. */
  readonly outcomes: Readonly<Partial<Record<OutcomeClass, number>>>;
  /** Calls that never went out, by error code: `TULLE2002` for shed ones, `TULLE2003` for late ones. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Calls that were answered by the service's fallback. */
  readonly fallbacks: number;
  readonly retries: number;
  readonly latency: SparseHistogram;
}

export interface BreakerEvent {
  readonly service: string;
  readonly revision: string;
  readonly transition: NonNullable<BreakerTransition>;
  readonly atMs: number;
}
