import { formatDuration } from "./durations.ts";
import { NAME_PATTERN } from "./names.ts";
import { builtInPolicies } from "./normalize-policies.ts";
import type { JsonSchema } from "./schema.ts";
import { nameMap, record, reference } from "./schema-values.ts";

const { timeouts, retry, circuitBreaker } = builtInPolicies;

/** An object, or the name of one under `policies`. */
function orName(title: string, schema: JsonSchema): JsonSchema {
  return { ...schema, title, type: ["object", "string"], pattern: NAME_PATTERN };
}

function duration(description: string, defaultMs: number): JsonSchema {
  return reference("duration", description, { default: formatDuration(defaultMs) });
}

const timeoutsFile: JsonSchema = record("a timeout policy", {
  request: duration("The whole call with all its attempts.", timeouts.requestMs),
  backendRequest: duration("One attempt.", timeouts.backendRequestMs),
});

const retryFile: JsonSchema = record("a retry policy", {
  attempts: {
    title: "a number of attempts from 0 to 10",
    type: "integer",
    minimum: 0,
    maximum: 10,
    default: retry.attempts,
    description: "Further attempts after the first; 0 is none.",
  },
  on: {
    title: "a list of outcome classes",
    type: "array",
    items: {
      title: "`throttle`, `timeout`, `unavailable`, `crash` or `functionError`",
      type: "string",
      enum: ["throttle", "timeout", "unavailable", "crash", "functionError"],
    },
    uniqueItems: true,
    default: retry.on,
    description:
      "Outcomes that are tried again. Where the callee may have run, only services marked `idempotent` are.",
  },
  backoff: record(
    "a backoff",
    {
      base: duration("Ceiling of the first wait; each further one doubles it.", retry.backoff.baseMs),
      max: duration("Ceiling of every wait.", retry.backoff.maxMs),
    },
    { description: "Waits between attempts: exponential, with full jitter." },
  ),
  budget: record(
    "a retry budget",
    {
      percent: {
        title: "a percentage",
        type: "number",
        minimum: 0,
        default: retry.budget.percent,
        description: "Share of the calls of the last ten seconds that retries may add.",
      },
      minPerSecond: {
        title: "a rate per second",
        type: "number",
        minimum: 0,
        default: retry.budget.minPerSecond,
        description: "Retries per second that are always allowed.",
      },
    },
    { description: "Keeps retries from becoming a storm." },
  ),
});

const circuitBreakerFile: JsonSchema = record("a circuit breaker", {
  scope: {
    title: "`fleet`, `local` or `off`",
    type: "string",
    enum: ["fleet", "local", "off"],
    default: circuitBreaker.scope,
    description: "One circuit for all execution environments of a caller, one for each, or none.",
  },
  failureRatio: {
    title: "a ratio between 0 and 1",
    type: "number",
    minimum: 0,
    default: circuitBreaker.failureRatio,
    description: "Share of bad outcomes at which the circuit opens.",
  },
  minimumThroughput: {
    title: "a number of calls",
    type: "integer",
    minimum: 0,
    default: circuitBreaker.minimumThroughput,
    description: "Calls within the sampling duration below which the circuit never opens.",
  },
  samplingDuration: duration("Window over which outcomes are counted.", circuitBreaker.samplingDurationMs),
  recoveryTimeout: duration(
    "Time after which one call is let through as a probe.",
    circuitBreaker.recoveryTimeoutMs,
  ),
  functionErrors: {
    title: "`answer` or `failure`",
    type: "string",
    enum: ["answer", "failure"],
    default: circuitBreaker.functionErrors,
    description: "Whether an error that the function threw is its answer, or counts as bad.",
  },
});

/** Timeouts, retries and circuit breakers. */
export const policyDefinitions: { readonly [name: string]: JsonSchema } = {
  "timeouts-policy": timeoutsFile,
  "retry-policy": retryFile,
  "circuit-breaker-policy": circuitBreakerFile,
  timeouts: orName("a timeout policy or the name of one", timeoutsFile),
  retry: orName("a retry policy or the name of one", retryFile),
  "circuit-breaker": orName("a circuit breaker or the name of one", circuitBreakerFile),
  policies: record(
    "named policies",
    {
      timeouts: nameMap("a map of timeout policies", "#/$defs/timeouts-policy", "Timeout policies by name."),
      retries: nameMap("a map of retry policies", "#/$defs/retry-policy", "Retry policies by name."),
      circuitBreakers: nameMap(
        "a map of circuit breakers",
        "#/$defs/circuit-breaker-policy",
        "Circuit breakers by name.",
      ),
    },
    { description: "Policies by name, for services to refer to." },
  ),
  defaults: record(
    "defaults",
    {
      mode: reference("mode", "Mode of services that say none."),
      timeouts: reference("timeouts", "Timeouts of services that set none."),
      retry: reference("retry", "Retries of services that set none."),
      circuitBreaker: reference("circuit-breaker", "Circuit breaker of services that set none."),
    },
    { description: "What services get that say nothing themselves." },
  ),
};
