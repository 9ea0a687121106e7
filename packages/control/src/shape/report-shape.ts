/**
 * The shape of a data plane's report.
 *
 * Strict about what is counted and blind to what is not known: a report of a newer data plane may carry
 * more fields, classes of outcome and transitions, and those are left out without losing the rest.
 */
import { errorRegistry, TulleError } from "@tulle/core/errors";
import { type OutcomeClass, outcomeTable } from "@tulle/core/outcome";
import type { BreakerEvent, DataPlaneReport, EdgeReport } from "@tulle/core/telemetry";
import { isCallerName } from "../identity/tokens.ts";
import {
  type Check,
  check,
  describeFaults,
  integerBetween,
  listOf,
  mapOf,
  matching,
  numberBetween,
  object,
  oneOf,
  text,
} from "./shape.ts";

const MOST_EDGES = 1_000;
const MOST_EVENTS = 1_000;
const MOST_KEYS = 400;
const MOST_IN_ONE_REPORT = 1_000_000_000;
const LATEST_MS = 8_640_000_000_000_000;

/** Names become parts of record keys, so they are kept plain. */
const namePattern = /^[\w$./:@-]{1,128}$/;
const name: Check = matching(
  (value) => typeof value === "string" && namePattern.test(value),
  "a name of at most 128 letters, digits and $ . / : @ _ -",
);
const count = integerBetween(0, MOST_IN_ONE_REPORT);
const counts = mapOf(() => true, count, MOST_KEYS);

const edge = object({
  service: name,
  revision: name,
  outcomes: counts,
  refusals: counts,
  fallbacks: count,
  retries: count,
  latency: counts,
});

const event = object({
  service: name,
  revision: name,
  transition: text(64),
  atMs: numberBetween(0, LATEST_MS),
});

const report = object({
  format: oneOf(1),
  caller: matching((value) => typeof value === "string" && isCallerName(value), "the name of a caller"),
  environmentId: name,
  sequence: integerBetween(1, Number.MAX_SAFE_INTEGER),
  snapshotVersion: integerBetween(0, Number.MAX_SAFE_INTEGER),
  edges: listOf(edge, MOST_EDGES),
  events: listOf(event, MOST_EVENTS),
  counters: mapOf((key) => /^[\w.-]{1,64}$/.test(key) && key !== "__proto__", count, 100),
});

const transitions: readonly string[] = ["opened", "reopened", "closed"];

/** The known part of a report. Throws TULLE4110, and then nothing of it counts. */
export function acceptReport(body: unknown): DataPlaneReport {
  const faults = check(body, report);
  if (faults.length > 0) {
    throw new TulleError("TULLE4110", `The report is malformed: ${describeFaults(faults)}.`, {
      cause: { findings: faults },
    });
  }
  const accepted = body as DataPlaneReport;
  return {
    ...accepted,
    edges: accepted.edges.map(knownPart),
    events: accepted.events.filter((one: BreakerEvent) => transitions.includes(one.transition)),
  };
}

function knownPart(one: EdgeReport): EdgeReport {
  const outcomes = Object.entries(one.outcomes).filter(([outcome]) => Object.hasOwn(outcomeTable, outcome));
  const refusals = Object.entries(one.refusals).filter(([code]) => Object.hasOwn(errorRegistry, code));
  return {
    ...one,
    outcomes: Object.fromEntries(outcomes) as Partial<Record<OutcomeClass, number>>,
    refusals: Object.fromEntries(refusals),
  };
}
