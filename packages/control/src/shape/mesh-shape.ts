/**
 * The shape of a `MeshConfig`, and the few relations in it that the compiler and every data plane rely on.
 */
import { FULL_WEIGHT, isName, type MeshConfig } from "@tulle/core/model";
import {
  anything,
  byKind,
  type Check,
  check,
  every,
  type Fault,
  fault,
  flag,
  integerBetween,
  listOf,
  mapOf,
  matching,
  nestedAtMost,
  numberBetween,
  object,
  oneOf,
  optional,
  orNull,
  text,
} from "./shape.ts";

const MOST_NAMES = 20_000;
const MOST_ITEMS = 1_000;
const LONGEST_TEXT = 4_096;
const MOST_LEVELS = 100;
const A_DAY_MS = 86_400_000;

const name: Check = matching((value) => typeof value === "string" && isName(value), "a name");
const word = text(LONGEST_TEXT);
const durationMs = numberBetween(0, A_DAY_MS);
const names = listOf(word, MOST_ITEMS);
const mode = oneOf("off", "observe", "enforce");
const anyKey = (key: string) => key !== "__proto__" && key.length <= LONGEST_TEXT;

const timeouts = object({ requestMs: durationMs, backendRequestMs: durationMs });

const local = object({
  handler: word,
  entry: word,
  runtime: word,
  timeoutSeconds: numberBetween(0, A_DAY_MS),
  memoryMb: numberBetween(0, 1_000_000),
  environment: mapOf(anyKey, word, MOST_ITEMS),
  concurrency: orNull(numberBetween(0, 1_000_000)),
});

const weight = integerBetween(0, FULL_WEIGHT);

const revision = object({
  name: word,
  qualifier: orNull(word),
  url: orNull(word),
  weight,
  local: orNull(local),
});

const service = object({
  name,
  mode,
  backend: byKind({ function: object({ functionName: word }), http: object({ url: word }) }),
  revisions: listOf(revision, MOST_ITEMS, 1),
  stickiness: byKind({ request: object({}), payload: object({ field: word }), none: object({}) }),
  uses: names,
  allow: names,
  timeouts,
  retry: object({
    attempts: integerBetween(0, 100),
    on: listOf(oneOf("throttle", "timeout", "unavailable", "crash", "functionError"), 100),
    backoff: object({ baseMs: durationMs, maxMs: durationMs }),
    budget: object({ percent: numberBetween(0, 1_000_000), minPerSecond: numberBetween(0, 1_000_000) }),
  }),
  circuitBreaker: object({
    scope: oneOf("fleet", "local", "off"),
    failureRatio: numberBetween(0, 1),
    minimumThroughput: numberBetween(0, 1_000_000_000),
    samplingDurationMs: durationMs,
    recoveryTimeoutMs: durationMs,
    functionErrors: oneOf("answer", "failure"),
  }),
  fallback: orNull(byKind({ value: anything, service: object({ service: word }) })),
  failover: names,
  idempotent: flag,
  local: orNull(local),
});

const route = object({
  service: name,
  matches: listOf(
    object({
      caller: optional(word),
      constellation: optional(word),
      context: optional(mapOf(anyKey, word, MOST_ITEMS)),
    }),
    MOST_ITEMS,
  ),
  to: listOf(object({ revision: word, weight }), MOST_ITEMS, 1),
  timeouts: orNull(timeouts),
});

const gatewayRoute = object({
  method: word,
  path: word,
  to: word,
  timeoutMs: orNull(durationMs),
  keyHeader: orNull(word),
});

const mesh = object({
  version: oneOf(1),
  mesh: name,
  mode,
  services: mapOf(isName, service, MOST_NAMES),
  resources: mapOf(isName, object({ name, kind: word, physical: word, allow: names }), MOST_NAMES),
  routes: listOf(route, MOST_NAMES),
  constellations: mapOf(
    isName,
    object({
      name,
      services: mapOf(isName, word, MOST_NAMES),
      resources: mapOf(isName, word, MOST_NAMES),
      fallThrough: oneOf("base", "refuse"),
    }),
    MOST_ITEMS,
  ),
  gateways: mapOf(
    isName,
    object({ name, routes: listOf(gatewayRoute, MOST_NAMES), maxBodyBytes: numberBetween(0, 2 ** 40) }),
    MOST_ITEMS,
  ),
});

/** What is wrong with a configuration that was sent; empty where it may be compiled and published. */
export function checkMesh(value: unknown): readonly Fault[] {
  return check(value, every(nestedAtMost(MOST_LEVELS), mesh, relations));
}

/** Runs only on what already has the shape. */
const relations: Check = (value, _path, faults) => {
  const config = value as MeshConfig;
  for (const group of ["services", "resources", "constellations", "gateways"] as const) {
    for (const [key, { name: own }] of Object.entries(config[group])) {
      if (own !== key) fault(faults, [group, key, "name"], `must be "${key}", the key that it stands under`);
    }
  }
  for (const { name: own, revisions } of Object.values(config.services)) {
    checkSplit(revisions, ["services", own, "revisions"], faults);
  }
  config.routes.forEach((one, i) => {
    checkSplit(one.to, ["routes", i, "to"], faults);
    for (const { revision: wanted } of one.to) {
      if (!hasRevision(config, one.service, wanted)) {
        fault(faults, ["routes", i, "to"], `names revision "${wanted}", which ${one.service} does not have`);
      }
    }
  });
  for (const { name: own, services } of Object.values(config.constellations)) {
    for (const [of, wanted] of Object.entries(services)) {
      if (hasRevision(config, of, wanted)) continue;
      fault(
        faults,
        ["constellations", own, "services", of],
        `names revision "${wanted}", which it does not have`,
      );
    }
  }
};

function checkSplit(
  split: readonly { readonly weight: number }[],
  path: Fault["path"],
  faults: Fault[],
): void {
  const total = split.reduce((sum, member) => sum + member.weight, 0);
  if (total !== FULL_WEIGHT)
    fault(faults, path, `has weights that add up to ${total} instead of ${FULL_WEIGHT}`);
}

function hasRevision(config: MeshConfig, service: string, revision: string): boolean {
  const revisions = Object.hasOwn(config.services, service) ? config.services[service]!.revisions : [];
  return revisions.some((one) => one.name === revision);
}
