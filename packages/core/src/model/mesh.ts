/**
 * The normal form of a mesh's configuration: what `tulle.yaml` and `tulle.config.ts` both become.
 *
 * Everything optional in a file is explicit here: durations are milliseconds, traffic shares are integers out
 * of 10,000, policy names are resolved to their values, shorthands are spelled out. The authored form is
 * described by the JSON Schema in `schema.ts`; `normalize.ts` leads from one to the other. Nothing here says
 * where a value came from: findings carry a path, and the config package turns the path into a file position.
 */

/** How much the mesh does for a service: nothing, watch only, or route and enforce. */
export type Mode = "off" | "observe" | "enforce";

export interface MeshConfig {
  readonly version: 1;
  readonly mesh: string;
  readonly mode: Mode;
  readonly services: Readonly<Record<string, ServiceConfig>>;
  readonly resources: Readonly<Record<string, ResourceConfig>>;
  readonly routes: readonly RouteConfig[];
  readonly constellations: Readonly<Record<string, ConstellationConfig>>;
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
}

export interface ServiceConfig {
  readonly name: string;
  readonly mode: Mode;
  readonly backend: Backend;
  /** Immutable things behind the name, at least one; weights add up to 10,000. */
  readonly revisions: readonly RevisionConfig[];
  /** Which property of a request keeps it on one revision while weights change. */
  readonly stickiness: KeySource;
  readonly uses: readonly string[];
  /** Callers that may call this service; `gateway/NAME` names a gateway, `*` is anyone. */
  readonly allow: readonly string[];
  readonly timeouts: TimeoutPolicy;
  readonly retry: RetryPolicy;
  readonly circuitBreaker: CircuitBreakerPolicy;
  readonly fallback: Fallback | null;
  /** Services tried in order when every attempt on this one was refused or failed for lack of health. */
  readonly failover: readonly string[];
  readonly idempotent: boolean;
  /** How the local platform runs the service; null where it is not run locally. */
  readonly local: LocalRun | null;
}

/** What stands behind a service. One driver per kind. */
export type Backend =
  | { readonly kind: "function"; readonly functionName: string }
  | { readonly kind: "http"; readonly url: string };

export interface RevisionConfig {
  readonly name: string;
  /** For functions: version or alias (null invokes $LATEST). For HTTP: null. */
  readonly qualifier: string | null;
  /** For HTTP: the revision's own base URL, null for the backend's. */
  readonly url: string | null;
  /** Share of unmatched traffic, out of 10,000. */
  readonly weight: number;
  readonly local: LocalRun | null;
}

/**
 * Where the key of a sticky split is read from. `request`: the caller's explicit key, else the trace root;
 * `payload`: a top-level field of the JSON payload; `none`: a fresh draw for each call.
 */
export type KeySource =
  | { readonly kind: "request" }
  | { readonly kind: "payload"; readonly field: string }
  | { readonly kind: "none" };

export interface TimeoutPolicy {
  /** The whole call with all its attempts. */
  readonly requestMs: number;
  /** One attempt. */
  readonly backendRequestMs: number;
}

/** Classes of outcome that a retry may be made for. See `outcome/table.ts`. */
export type RetryOn = "throttle" | "timeout" | "unavailable" | "crash" | "functionError";

export interface RetryPolicy {
  /** Further attempts after the first; 0 is none. */
  readonly attempts: number;
  readonly on: readonly RetryOn[];
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
  /** Retries may add at most this share to the calls of the last ten seconds, and always `minPerSecond`. */
  readonly budget: { readonly percent: number; readonly minPerSecond: number };
}

export interface CircuitBreakerPolicy {
  readonly scope: "fleet" | "local" | "off";
  /** Share of bad outcomes, in [0, 1], at which the circuit opens. */
  readonly failureRatio: number;
  readonly minimumThroughput: number;
  readonly samplingDurationMs: number;
  readonly recoveryTimeoutMs: number;
  /** Whether an error that the function itself threw counts as bad. Off: it is the function's answer. */
  readonly functionErrors: "answer" | "failure";
}

/** What a caller gets when a call is shed or fails for lack of health. */
export type Fallback =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "service"; readonly service: string };

export interface LocalRun {
  /** Path relative to the configuration's folder: a source file, a folder or a zip. */
  readonly handler: string;
  /** `file.export` inside a folder or zip; for a source file the export's name. */
  readonly entry: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Reserved concurrency; null is the account's. */
  readonly concurrency: number | null;
}

/** The kinds of resource that a logical name can stand for. One file per kind in the runtime. */
export type ResourceKind =
  | "dynamodb.table"
  | "sqs.queue"
  | "sns.topic"
  | "s3.bucket"
  | "kinesis.stream"
  | "states.machine"
  | "events.bus"
  | "secretsmanager.secret"
  | "ssm.parameter";

export interface ResourceConfig {
  readonly name: string;
  readonly kind: ResourceKind;
  /** The physical name, URL or ARN, as the resource's own API wants it. */
  readonly physical: string;
  readonly allow: readonly string[];
}

export interface RouteConfig {
  readonly service: string;
  readonly matches: readonly MatchConfig[];
  readonly to: readonly { readonly revision: string; readonly weight: number }[];
  readonly timeouts: TimeoutPolicy | null;
}

/** All conditions present must hold; an empty match holds always. */
export interface MatchConfig {
  readonly caller?: string;
  readonly constellation?: string;
  /** Equality on values that travel with the request. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface ConstellationConfig {
  readonly name: string;
  /** Revision to use for each service that the constellation overrides. */
  readonly services: Readonly<Record<string, string>>;
  /** Physical name for each resource that the constellation overrides. */
  readonly resources: Readonly<Record<string, string>>;
  /** What a pinned request gets for a name that is not overridden. */
  readonly fallThrough: "base" | "refuse";
}

export interface GatewayConfig {
  readonly name: string;
  readonly routes: readonly GatewayRoute[];
  /** Largest request body that the door lets in. */
  readonly maxBodyBytes: number;
}

export interface GatewayRoute {
  /** Upper-case HTTP method, or `ANY`. */
  readonly method: string;
  /** Template such as `/v1/robots/{id}` or `/files/{path+}`. */
  readonly path: string;
  readonly to: string;
  /** Deadline that starts at the door; null takes the service's `timeouts.requestMs`. */
  readonly timeoutMs: number | null;
  /** Request header whose value becomes the sticky key; null for none. */
  readonly keyHeader: string | null;
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Traffic shares are integers out of this, so that they add up exactly. */
export const FULL_WEIGHT = 10_000;
