/** The model: what a mesh consists of, as it is written and in its normal form. */
export type {
  BackendFile,
  CircuitBreakerFile,
  ConstellationFile,
  DurationText,
  GatewayFile,
  HttpMethod,
  LocalRunFile,
  MatchFile,
  MeshFile,
  PoliciesOfService,
  ResourceFile,
  RetryFile,
  RevisionFile,
  RouteFile,
  ServiceFile,
  TimeoutsFile,
} from "./authored.ts";
export { formatDuration, parseDuration } from "./durations.ts";
export {
  type Backend,
  type CircuitBreakerPolicy,
  type ConstellationConfig,
  type Fallback,
  FULL_WEIGHT,
  type GatewayConfig,
  type GatewayRoute,
  type JsonValue,
  type KeySource,
  type LocalRun,
  type MatchConfig,
  type MeshConfig,
  type Mode,
  type ResourceConfig,
  type ResourceKind,
  type RetryOn,
  type RetryPolicy,
  type RevisionConfig,
  type RouteConfig,
  type ServiceConfig,
  type TimeoutPolicy,
} from "./mesh.ts";
export { editDistance, isFunctionName, isName, nearestName, suggestName } from "./names.ts";
export { DEFAULT_MAX_BODY_BYTES, normalizeMesh, resourceKinds } from "./normalize.ts";
export { builtInPolicies, type ResolvedPolicies, resolvePolicies } from "./normalize-policies.ts";
export { ONLY_REVISION } from "./normalize-service.ts";
export { completeWeights, formatWeight } from "./normalize-weights.ts";
export { type JsonSchema, meshSchema } from "./schema.ts";
export { parseSize } from "./sizes.ts";
