import type { BreakerEvent, DataPlaneReport } from "@tulle/core/telemetry";
import { SequenceWindow } from "./sequence-window.ts";

/**
 * The execution environments that report: what each was last heard to run, and where its circuits stand.
 *
 * Nobody says goodbye in a serverless fleet, so an environment is forgotten when it has been silent for an
 * hour, or when its caller has so many that the longest silent one must make room. An environment belongs
 * to its caller: two callers that claim one identity are two environments.
 */
export interface Environment {
  readonly caller: string;
  readonly environmentId: string;
  readonly reports: SequenceWindow;
  snapshotVersion: number;
  seenAtMs: number;
  readonly counters: Map<string, number>;
  /** By edge, up to a bound; an edge that never changed has no transition. */
  readonly circuits: Map<string, Circuit>;
}

export interface Circuit {
  transition: BreakerEvent["transition"] | null;
  atMs: number;
  everOpened: boolean;
}

const FORGOTTEN_AFTER_MS = 3_600_000;
const MOST_PER_CALLER = 2_000;
const MOST_COUNTERS = 100;
/** A caller's environments are many, so the edges of each may not be: a function has a few callees. */
const MOST_CIRCUITS = 200;

export class Environments {
  readonly #byCaller = new Map<string, Map<string, Environment>>();

  /** The environment that a report comes from, moved to the end of its caller's line. */
  touch(report: DataPlaneReport, nowMs: number): Environment {
    const { caller, environmentId } = report;
    const line = this.#byCaller.get(caller) ?? new Map<string, Environment>();
    this.#byCaller.set(caller, line);
    const environment = line.get(environmentId) ?? newEnvironment(report);
    line.delete(environmentId);
    line.set(environmentId, environment);
    if (line.size > MOST_PER_CALLER) line.delete(line.keys().next().value!);
    environment.seenAtMs = nowMs;
    return environment;
  }

  /** Those heard of within the last hour. */
  list(nowMs: number): readonly Environment[] {
    const found: Environment[] = [];
    for (const [caller, line] of this.#byCaller) {
      for (const [id, environment] of line) {
        if (nowMs - environment.seenAtMs <= FORGOTTEN_AFTER_MS) found.push(environment);
        else line.delete(id);
      }
      if (line.size === 0) this.#byCaller.delete(caller);
    }
    return found;
  }
}

/** Books a transition; says whether it is the first time that this environment opened the edge. */
export function noteTransition(environment: Environment, edge: string, event: BreakerEvent): boolean {
  const circuit = circuitAt(environment, edge);
  if (circuit === null) return false;
  if (event.atMs >= circuit.atMs) {
    circuit.transition = event.transition;
    circuit.atMs = event.atMs;
  }
  const first = event.transition !== "closed" && !circuit.everOpened;
  if (first) circuit.everOpened = true;
  return first;
}

/** Adds up what an environment counted; names beyond the first hundred are left out. */
export function noteCounters(environment: Environment, counters: DataPlaneReport["counters"]): void {
  for (const [name, count] of Object.entries(counters)) {
    const before = environment.counters.get(name);
    if (before === undefined && environment.counters.size >= MOST_COUNTERS) continue;
    environment.counters.set(name, (before ?? 0) + count);
  }
}

/** The circuit of an edge; null for an edge too many. */
export function circuitAt(environment: Environment, edge: string): Circuit | null {
  const known = environment.circuits.get(edge);
  if (known !== undefined) return known;
  if (environment.circuits.size >= MOST_CIRCUITS) return null;
  const circuit: Circuit = { transition: null, atMs: 0, everOpened: false };
  environment.circuits.set(edge, circuit);
  return circuit;
}

function newEnvironment({ caller, environmentId }: DataPlaneReport): Environment {
  return {
    caller,
    environmentId,
    reports: new SequenceWindow(),
    snapshotVersion: 0,
    seenAtMs: 0,
    counters: new Map(),
    circuits: new Map(),
  };
}
