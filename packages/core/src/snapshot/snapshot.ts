import type {
  Backend,
  CircuitBreakerPolicy,
  Fallback,
  GatewayConfig,
  KeySource,
  Mode,
  ResourceKind,
  RetryPolicy,
  TimeoutPolicy,
} from "../model/index.ts";

/**
 * The compiled, immutable form of a configuration that data planes read.
 *
 * A snapshot is plain JSON. `hash` covers everything but `version`, `hash` and `scope`, so that publishing
 * the same configuration twice is visible as such. `version` grows by one with every publish and is what
 * environments compare. A data plane never reads a configuration file and never validates: that was done
 * before the snapshot was published.
 */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly mesh: string;
  readonly version: number;
  /** Lower-case hex digest of the canonical content. */
  readonly hash: string;
  /** The caller that this copy was cut down to; null for the whole. */
  readonly scope: string | null;
  readonly mode: Mode;
  readonly services: Readonly<Record<string, ServiceSnapshot>>;
  readonly resources: Readonly<Record<string, ResourceSnapshot>>;
  /**
   * Caller (a service, or `gateway/NAME`) to the names that it declares to use; decides what a scope
   * contains.
   */
  readonly uses: Readonly<Record<string, readonly string[]>>;
  readonly constellations: Readonly<Record<string, ConstellationSnapshot>>;
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
}

export const SNAPSHOT_FORMAT = 1;

export interface ServiceSnapshot {
  readonly mode: Mode;
  readonly backend: Backend;
  readonly revisions: readonly RevisionSnapshot[];
  /** Tried in order; the last one matches everything. */
  readonly rules: readonly RuleSnapshot[];
  readonly allow: readonly string[];
  readonly stickiness: KeySource;
  readonly retry: RetryPolicy;
  readonly circuitBreaker: CircuitBreakerPolicy;
  readonly fallback: Fallback | null;
  readonly failover: readonly string[];
  readonly idempotent: boolean;
}

export interface RevisionSnapshot {
  readonly name: string;
  readonly qualifier: string | null;
  readonly url: string | null;
}

export interface RuleSnapshot {
  /** Any of these may hold; an empty list matches everything. */
  readonly matches: readonly {
    readonly caller?: string;
    readonly constellation?: string;
    readonly context?: Readonly<Record<string, string>>;
  }[];
  /** `revision` is an index into the service's revisions; weights add up to 10,000. */
  readonly split: readonly { readonly revision: number; readonly weight: number }[];
  /** Fresh for each change of the split's members, so that a new rollout draws anew. */
  readonly salt: string;
  readonly timeouts: TimeoutPolicy;
}

export interface ResourceSnapshot {
  readonly kind: ResourceKind;
  readonly physical: string;
  readonly allow: readonly string[];
}

export interface ConstellationSnapshot {
  /** Service name to revision index. */
  readonly services: Readonly<Record<string, number>>;
  readonly resources: Readonly<Record<string, string>>;
  readonly fallThrough: "base" | "refuse";
}
