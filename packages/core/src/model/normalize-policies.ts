import type {
  CircuitBreakerFile,
  DurationText,
  MeshFile,
  PoliciesOfService,
  RetryFile,
  TimeoutsFile,
} from "./authored.ts";
import { parseDuration } from "./durations.ts";
import type { CircuitBreakerPolicy, RetryPolicy, TimeoutPolicy } from "./mesh.ts";

/**
 * What applies where nothing is said.
 *
 * 3 s for a call is what people wait for a screen; one attempt takes a third of it, so that both retries
 * still fit. Retries are for what a second try can mend (a throttle, a timeout, a platform fault), never
 * for what the function answered. The breaker is the environment's own until somebody asks for the fleet's,
 * because that one costs store operations.
 */
export const builtInPolicies: {
  readonly timeouts: TimeoutPolicy;
  readonly retry: RetryPolicy;
  readonly circuitBreaker: CircuitBreakerPolicy;
} = {
  timeouts: { requestMs: 3_000, backendRequestMs: 1_000 },
  retry: {
    attempts: 2,
    on: ["throttle", "unavailable", "timeout"],
    backoff: { baseMs: 25, maxMs: 250 },
    budget: { percent: 20, minPerSecond: 3 },
  },
  circuitBreaker: {
    scope: "local",
    failureRatio: 0.5,
    minimumThroughput: 20,
    samplingDurationMs: 10_000,
    recoveryTimeoutMs: 10_000,
    functionErrors: "answer",
  },
};

export interface ResolvedPolicies {
  readonly timeouts: TimeoutPolicy;
  readonly retry: RetryPolicy;
  readonly circuitBreaker: CircuitBreakerPolicy;
}

/**
 * Resolves what a service says about its policies. A named policy is completed by the built-in values,
 * inline values by `inherited`. A name that nobody declared gives `inherited`: saying so is the analyzer's
 * part.
 */
export function resolvePolicies(
  file: MeshFile,
  said: PoliciesOfService,
  inherited: ResolvedPolicies,
): ResolvedPolicies {
  return {
    timeouts: resolveTimeouts(file, said.timeouts, inherited.timeouts),
    retry: resolve(said.retry, file.policies?.retries, {
      inherited: inherited.retry,
      builtIn: builtInPolicies.retry,
      complete: completeRetry,
    }),
    circuitBreaker: resolve(said.circuitBreaker, file.policies?.circuitBreakers, {
      inherited: inherited.circuitBreaker,
      builtIn: builtInPolicies.circuitBreaker,
      complete: completeCircuitBreaker,
    }),
  };
}

/** The same for timeouts alone, which routes may set too. */
export function resolveTimeouts(
  file: MeshFile,
  said: string | TimeoutsFile | undefined,
  inherited: TimeoutPolicy,
): TimeoutPolicy {
  return resolve(said, file.policies?.timeouts, {
    inherited,
    builtIn: builtInPolicies.timeouts,
    complete: completeTimeouts,
  });
}

function resolve<Authored extends object, Policy>(
  said: string | Authored | undefined,
  named: Readonly<Record<string, Authored>> | undefined,
  options: {
    readonly inherited: Policy;
    readonly builtIn: Policy;
    readonly complete: (authored: Authored, rest: Policy) => Policy;
  },
): Policy {
  if (said === undefined) return options.inherited;
  if (typeof said !== "string") return options.complete(said, options.inherited);
  if (named === undefined || !Object.hasOwn(named, said)) return options.inherited;
  return options.complete(named[said]!, options.builtIn);
}

/**
 * An inherited attempt timeout never exceeds a request timeout that is set alone: only what was written can
 * be in conflict.
 */
function completeTimeouts(authored: TimeoutsFile, rest: TimeoutPolicy): TimeoutPolicy {
  const requestMs = durationMs(authored.request, rest.requestMs);
  const inheritedMs = Math.min(rest.backendRequestMs, requestMs);
  return { requestMs, backendRequestMs: durationMs(authored.backendRequest, inheritedMs) };
}

function completeRetry(authored: RetryFile, rest: RetryPolicy): RetryPolicy {
  const { backoff, budget } = authored;
  const baseMs = durationMs(backoff?.base, rest.backoff.baseMs);
  return {
    attempts: authored.attempts ?? rest.attempts,
    on: authored.on ?? rest.on,
    backoff: { baseMs, maxMs: durationMs(backoff?.max, Math.max(rest.backoff.maxMs, baseMs)) },
    budget: {
      percent: budget?.percent ?? rest.budget.percent,
      minPerSecond: budget?.minPerSecond ?? rest.budget.minPerSecond,
    },
  };
}

function completeCircuitBreaker(
  authored: CircuitBreakerFile,
  rest: CircuitBreakerPolicy,
): CircuitBreakerPolicy {
  return {
    scope: authored.scope ?? rest.scope,
    failureRatio: authored.failureRatio ?? rest.failureRatio,
    minimumThroughput: authored.minimumThroughput ?? rest.minimumThroughput,
    samplingDurationMs: durationMs(authored.samplingDuration, rest.samplingDurationMs),
    recoveryTimeoutMs: durationMs(authored.recoveryTimeout, rest.recoveryTimeoutMs),
    functionErrors: authored.functionErrors ?? rest.functionErrors,
  };
}

/** Milliseconds of a written duration, or what applies where none is written. */
export function durationMs(written: DurationText | undefined, otherwiseMs: number): number {
  return written === undefined ? otherwiseMs : (parseDuration(written) ?? otherwiseMs);
}
