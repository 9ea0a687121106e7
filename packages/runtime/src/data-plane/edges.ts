/**
 * What an environment knows about each edge: breaker, retry budget, and what has not been reported yet.
 *
 * States are made when an edge is first used, kept by the edge's key so that they survive a change of
 * snapshot, and numbered anew by each snapshot: `index` is the place in the current view's `plans`, -1 while
 * the edge is in no snapshot. A call that was decided in an older view books into the same object.
 */
import { type LocalBreaker, newLocalBreaker } from "@tulle/core/breaker";
import type { OutcomeClass } from "@tulle/core/outcome";
import { newRetryBudget, type RetryBudget } from "@tulle/core/retry";
import type { Edge } from "@tulle/core/routing";
import { type EdgeReport, type Histogram, newHistogram, toSparse } from "@tulle/core/telemetry";

export interface EdgeState {
  readonly service: string;
  readonly revision: string;
  index: number;
  readonly breaker: LocalBreaker;
  readonly budget: RetryBudget;
  readonly latency: Histogram;
  outcomes: Partial<Record<OutcomeClass, number>>;
  refusals: Record<string, number>;
  fallbacks: number;
  retries: number;
  /** Whether anything was booked since the last report. */
  dirty: boolean;
}

export function newEdgeState(edge: Edge): EdgeState {
  return {
    service: edge.service,
    revision: edge.revision,
    index: edge.index,
    breaker: newLocalBreaker(),
    budget: newRetryBudget(),
    latency: newHistogram(),
    outcomes: {},
    refusals: {},
    fallbacks: 0,
    retries: 0,
    dirty: false,
  };
}

/** Takes what was booked since the last time, leaving the state empty. */
export function drainEdge(state: EdgeState): EdgeReport {
  const { service, revision, outcomes, refusals, fallbacks, retries } = state;
  const report = {
    service,
    revision,
    outcomes,
    refusals,
    fallbacks,
    retries,
    latency: toSparse(state.latency),
  };
  state.outcomes = {};
  state.refusals = {};
  state.fallbacks = state.retries = 0;
  state.latency.fill(0);
  state.dirty = false;
  return report;
}
