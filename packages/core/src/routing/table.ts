import { invariant } from "../errors/index.ts";
import type { KeySource, Mode } from "../model/index.ts";
import type { RevisionSnapshot, ServiceSnapshot, Snapshot } from "../snapshot/index.ts";
import { saltSeed } from "./hash.ts";

/**
 * A scoped snapshot prepared for decisions, service by service when it is first called: a cold start pays for
 * what it uses and not for every name that the caller may use.
 *
 * Edges (caller, callee, callee revision) are numbered densely, so that per-edge state lives in plain arrays.
 */
export interface RoutingTable {
  readonly snapshot: Snapshot;
  /** Logical name of the caller whose table this is. */
  readonly caller: string;
  readonly services: PreparedServices;
  /** By label. Maps, because labels come from outside and `constructor` is a label like any other. */
  readonly constellations: ReadonlyMap<string, PreparedConstellation>;
}

/** The services of a snapshot by logical name. */
export interface PreparedServices {
  get(name: string): PreparedService | undefined;
}

export interface PreparedConstellation {
  /** Service name to revision index. */
  readonly services: ReadonlyMap<string, number>;
  readonly refuses: boolean;
}

export interface Edge {
  readonly index: number;
  /** `caller>service@revision`; the name that survives a change of snapshot. */
  readonly key: string;
  readonly caller: string;
  readonly service: string;
  readonly revision: string;
}

export interface PreparedService {
  readonly name: string;
  readonly mode: Mode;
  readonly allowed: boolean;
  readonly snapshot: ServiceSnapshot;
  readonly revisions: readonly PreparedRevision[];
  readonly rules: readonly PreparedRule[];
  readonly stickiness: KeySource;
}

export interface PreparedRevision extends RevisionSnapshot {
  readonly index: number;
  readonly edge: Edge;
}

export interface PreparedRule {
  readonly index: number;
  /** Null matches everything; conditions on the caller have been evaluated already. */
  readonly matches: readonly PreparedMatch[] | null;
  /** The revision that takes everything, or -1 when a slot has to be drawn. */
  readonly only: number;
  readonly seed: number;
  /** Upper slot bound (exclusive) per member, ascending, the last one 10,000. */
  readonly bounds: readonly number[];
  readonly members: readonly number[];
  readonly requestMs: number;
  readonly backendRequestMs: number;
}

export interface PreparedMatch {
  readonly constellation: string | null;
  readonly values: readonly (readonly [name: string, value: string])[];
}

/** The routing table of one caller. */
export function prepareTable(snapshot: Snapshot, caller: string): RoutingTable {
  const services = new LazyServices(snapshot, caller);
  return { snapshot, caller, services, constellations: prepareConstellations(snapshot) };
}

class LazyServices implements PreparedServices {
  readonly #snapshot: Snapshot;
  readonly #caller: string;
  readonly #prepared = new Map<string, PreparedService>();
  #edges = 0;

  constructor(snapshot: Snapshot, caller: string) {
    this.#snapshot = snapshot;
    this.#caller = caller;
  }

  get(name: string): PreparedService | undefined {
    return this.#prepared.get(name) ?? this.#prepare(name);
  }

  #prepare(name: string): PreparedService | undefined {
    const { services } = this.#snapshot;
    if (!Object.hasOwn(services, name)) return undefined;
    const service = services[name]!;
    const caller = this.#caller;
    const revisions = service.revisions.map((revision, index) => {
      const key = `${caller}>${name}@${revision.name}`;
      const edge = { index: this.#edges++, key, caller, service: name, revision: revision.name };
      return { ...revision, index, edge };
    });
    const prepared: PreparedService = {
      name,
      mode: service.mode,
      allowed: isAllowed(service.allow, caller),
      snapshot: service,
      revisions,
      rules: prepareRules(service, caller),
      stickiness: service.stickiness,
    };
    this.#prepared.set(name, prepared);
    return prepared;
  }
}

function prepareConstellations(snapshot: Snapshot): ReadonlyMap<string, PreparedConstellation> {
  return new Map(
    Object.entries(snapshot.constellations).map(([label, { services, fallThrough }]) => [
      label,
      { services: new Map(Object.entries(services)), refuses: fallThrough === "refuse" },
    ]),
  );
}

/** Whether an `allow` list names a caller. */
export function isAllowed(allow: readonly string[], caller: string): boolean {
  return allow.includes(caller) || allow.includes("*");
}

function prepareRules(service: ServiceSnapshot, caller: string): PreparedRule[] {
  const prepared: PreparedRule[] = [];
  for (const [index, rule] of service.rules.entries()) {
    const possible = rule.matches.filter((match) => match.caller === undefined || match.caller === caller);
    if (rule.matches.length > 0 && possible.length === 0) continue;
    const matches = possible.map((match) => ({
      constellation: match.constellation ?? null,
      values: Object.entries(match.context ?? {}),
    }));
    const unconditional = matches.length === 0 || matches.some(isUnconditional);
    const members = rule.split.filter((member) => member.weight > 0);
    const [first] = members;
    invariant(first !== undefined, `rule ${index} has a revision with weight`);
    let bound = 0;
    prepared.push({
      index,
      matches: unconditional ? null : matches,
      only: members.length === 1 ? first.revision : -1,
      seed: saltSeed(rule.salt),
      bounds: members.map((member) => (bound += member.weight)),
      members: members.map((member) => member.revision),
      requestMs: rule.timeouts.requestMs,
      backendRequestMs: rule.timeouts.backendRequestMs,
    });
    if (unconditional) break;
  }
  return prepared;
}

function isUnconditional(match: PreparedMatch): boolean {
  return match.constellation === null && match.values.length === 0;
}
