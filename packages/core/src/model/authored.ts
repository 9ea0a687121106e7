import type { CircuitBreakerPolicy, JsonValue, Mode, ResourceKind, RetryOn } from "./mesh.ts";

/**
 * The authored form of a mesh: what people write in `tulle.yaml` and in `tulle.config.ts`.
 *
 * Almost everything may be left out; `normalize.ts` says what that means. The JSON Schema in `schema.ts`
 * describes the same form for YAML editors and for validation; the test of `defineMesh` holds the two
 * together.
 */
export interface MeshFile {
  readonly version?: 1;
  /** Namespace of the logical names: one application. */
  readonly mesh?: string;
  /** How much the mesh does: `off`, `observe` (routes nothing, shows everything) or `enforce` (default). */
  readonly mode?: Mode;
  /** Further files, relative to this one; `*` and `**` are wildcards. */
  readonly include?: readonly string[];
  /** Policies by name, for services to refer to. */
  readonly policies?: {
    readonly timeouts?: Readonly<Record<string, TimeoutsFile>>;
    readonly retries?: Readonly<Record<string, RetryFile>>;
    readonly circuitBreakers?: Readonly<Record<string, CircuitBreakerFile>>;
  };
  /** What services get that say nothing themselves. */
  readonly defaults?: PoliciesOfService & { readonly mode?: Mode };
  readonly services?: Readonly<Record<string, ServiceFile>>;
  readonly resources?: Readonly<Record<string, ResourceFile>>;
  /** Tried in order for each service; a request that none matches is split by the revisions' weights. */
  readonly routes?: readonly RouteFile[];
  readonly constellations?: Readonly<Record<string, ConstellationFile>>;
  readonly gateways?: Readonly<Record<string, GatewayFile>>;
  readonly telemetry?: { readonly tracing?: { readonly sampleRate?: number } };
  /** One JSON merge patch (RFC 7396) per environment, applied to everything else. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type DurationUnit = "ms" | "s" | "m" | "h";

/** `250ms`, `3s`, `1m30s`, `1h`. */
export type DurationText =
  | `${number}${DurationUnit}`
  | `${number}${DurationUnit}${number}${DurationUnit}`
  | `${number}h${number}m${number}s`
  | `${number}m${number}s${number}ms`
  | `${number}h${number}m${number}s${number}ms`;

/** Policies of a service: the name of one under `policies`, or the values themselves. */
export interface PoliciesOfService {
  readonly timeouts?: string | TimeoutsFile;
  readonly retry?: string | RetryFile;
  readonly circuitBreaker?: string | CircuitBreakerFile;
}

export interface TimeoutsFile {
  /** The whole call with all its attempts. */
  readonly request?: DurationText;
  /** One attempt. */
  readonly backendRequest?: DurationText;
}

export interface RetryFile {
  /** Further attempts after the first. */
  readonly attempts?: number;
  readonly on?: readonly RetryOn[];
  readonly backoff?: { readonly base?: DurationText; readonly max?: DurationText };
  readonly budget?: { readonly percent?: number; readonly minPerSecond?: number };
}

export interface CircuitBreakerFile {
  readonly scope?: CircuitBreakerPolicy["scope"];
  /** Share of bad outcomes, between 0 and 1. */
  readonly failureRatio?: number;
  readonly minimumThroughput?: number;
  readonly samplingDuration?: DurationText;
  readonly recoveryTimeout?: DurationText;
  readonly functionErrors?: CircuitBreakerPolicy["functionErrors"];
}

export interface ServiceFile extends PoliciesOfService {
  readonly mode?: Mode;
  readonly backend: BackendFile;
  readonly revisions?: readonly RevisionFile[];
  readonly stickiness?: "request" | "none" | { readonly payload: string };
  /** Services and resources that this service uses. */
  readonly uses?: readonly string[];
  /** Callers that may call: services, `gateway/NAME`, or `*`. */
  readonly allow?: readonly string[];
  readonly fallback?: { readonly value: JsonValue } | { readonly service: string };
  readonly failover?: readonly string[];
  readonly idempotent?: boolean;
  readonly local?: LocalRunFile;
}

export type BackendFile =
  | { readonly function: string; readonly alias?: string; readonly version?: string | number }
  | { readonly http: string };

export interface RevisionFile {
  readonly name: string;
  readonly alias?: string;
  readonly version?: string | number;
  readonly url?: string;
  /** Percent, up to two decimals. The first revision without one takes what the others leave. */
  readonly weight?: number;
  /** What differs from the service's `local`. */
  readonly local?: Partial<LocalRunFile>;
}

export interface LocalRunFile {
  /** Source file, folder or zip, relative to the file that says so. */
  readonly handler: string;
  readonly entry?: string;
  readonly runtime?: string;
  readonly timeout?: DurationText;
  /** Megabytes. */
  readonly memory?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly concurrency?: number;
}

/** One key that names the kind, and who may use it. */
export type ResourceFile = { readonly [kind in ResourceKind]?: string } & {
  readonly allow?: readonly string[];
};

export interface RouteFile extends Pick<PoliciesOfService, "timeouts"> {
  readonly service: string;
  readonly matches?: readonly MatchFile[];
  readonly to: readonly { readonly revision: string; readonly weight?: number }[];
}

export interface MatchFile {
  readonly caller?: string;
  readonly constellation?: string;
  readonly context?: Readonly<Record<string, string>>;
}

export interface ConstellationFile {
  readonly services?: Readonly<Record<string, string>>;
  readonly resources?: Readonly<Record<string, string>>;
  readonly fallThrough?: "base" | "refuse";
}

export interface GatewayFile {
  /** Bytes, or a size such as `512KiB`. */
  readonly maxBody?: number | string;
  readonly routes: readonly {
    readonly match: { readonly method?: HttpMethod; readonly path: string };
    readonly to: string;
    readonly timeout?: DurationText;
    readonly keyHeader?: string;
  }[];
}

export type HttpMethod = "ANY" | "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
