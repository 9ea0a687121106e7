/** What control's API takes and answers, as its server and its clients both see it. */
import type { OutcomeClass } from "@tulle/core/outcome";

export interface HealthAnswer {
  readonly status: "ok";
  /** Newest published version; 0 before the first publish. */
  readonly version: number;
}

export interface EpochAnswer {
  readonly version: number;
}

export interface PublishAnswer {
  readonly version: number;
  readonly hash: string;
  /** False where the same configuration was published already and no new version was made. */
  readonly changed: boolean;
}

export interface HistoryEntry {
  readonly version: number;
  readonly hash: string;
  readonly atMs: number;
  readonly message: string;
}

/** What happened on one edge since the store was new. */
export interface EdgeAnswer {
  readonly caller: string;
  readonly service: string;
  readonly revision: string;
  readonly outcomes: Readonly<Partial<Record<OutcomeClass, number>>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly fallbacks: number;
  readonly retries: number;
  /** Null while nothing was timed. */
  readonly latencyMs: {
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
  };
}

export interface BreakerAnswer {
  readonly caller: string;
  readonly service: string;
  readonly revision: string;
  /** Environments that report this edge and were heard of within the last hour. */
  readonly environments: number;
  /** How many of them have the circuit open now. */
  readonly open: number;
  /** How many environments ever opened it. */
  readonly openedIn: number;
  readonly lastTransition: "opened" | "reopened" | "closed" | null;
  readonly atMs: number | null;
}

/** One thing that happened, under a number that only grows, also across a restart. */
export type ControlEvent = { readonly sequence: number; readonly atMs: number } & (
  | {
      readonly kind: "breaker";
      readonly caller: string;
      readonly environmentId: string;
      readonly service: string;
      readonly revision: string;
      readonly transition: "opened" | "reopened" | "closed";
    }
  | {
      readonly kind: "publish";
      readonly version: number;
      readonly hash: string;
      readonly message: string;
    }
);

export interface EnvironmentAnswer {
  readonly environmentId: string;
  readonly caller: string;
  readonly snapshotVersion: number;
  readonly seenAtMs: number;
  /** Whether its last report was made with the newest version. */
  readonly state: "SYNCED" | "STALE";
  /** Degradations that it counted since it started. */
  readonly counters: Readonly<Record<string, number>>;
}

export interface TokenAnswer {
  readonly token: string;
}

/** The body of every answer that is an error. */
export interface ErrorEnvelope {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    /** Where the code is explained, relative to the repository. */
    readonly docs: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}
