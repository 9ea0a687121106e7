/**
 * A value that a module exports to a tree without positions; whatever JSON cannot hold is refused with its
 * path.
 */
import type { ConfigPath } from "@tulle/core/analysis";
import type { Limits } from "../limits.ts";
import type { LocatedFinding } from "../location.ts";
import { failure, type Outcome, problem, success } from "./problem.ts";
import type { Source } from "./source.ts";
import type { MapEntry, Place, Tree } from "./tree.ts";

/** Reads plain data. Keys whose value is `undefined` are absent, as in JSON. */
export function plainTree(value: unknown, source: Source, limits: Limits): Outcome<Tree> {
  const walk: Walk = { place: { source, start: -1, end: -1 }, limits, above: new Set(), nodes: 0 };
  try {
    return success(convert(value, walk, []));
  } catch (cause) {
    if (cause instanceof Refusal) return failure(cause.found);
    throw cause;
  }
}

interface Walk {
  readonly place: Place;
  readonly limits: Limits;
  readonly above: Set<object>;
  nodes: number;
}

/** Carries a finding out of the recursion; never leaves this module. */
class Refusal extends Error {
  readonly found: LocatedFinding;

  constructor(found: LocatedFinding, path: ConfigPath) {
    super(found.message);
    this.found = { ...found, path };
  }
}

function convert(value: unknown, walk: Walk, path: ConfigPath): Tree {
  const { place, limits } = walk;
  walk.nodes += 1;
  if (walk.nodes > limits.nodes || path.length > limits.depth) {
    const message = `more than ${limits.depth} levels or ${limits.nodes} values`;
    throw new Refusal(problem("TULLE1012", message, { where: place }), path);
  }
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return { kind: "scalar", value, place };
  }
  if (typeof value === "number" && Number.isFinite(value)) return { kind: "scalar", value, place };
  if (typeof value !== "object" || !isPlain(value)) throw notData(nameOf(value), walk, path);
  if (walk.above.has(value)) throw notData("an object that contains itself", walk, path);
  walk.above.add(value);
  const tree = Array.isArray(value) ? convertList(value, walk, path) : convertMap(value, walk, path);
  walk.above.delete(value);
  return tree;
}

function convertList(value: readonly unknown[], walk: Walk, path: ConfigPath): Tree {
  const items = Array.from(value, (item, index) => convert(item, walk, [...path, index]));
  return { kind: "list", items, place: walk.place };
}

function convertMap(value: object, walk: Walk, path: ConfigPath): Tree {
  const entries = new Map<string, MapEntry>();
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    entries.set(key, { key: walk.place, value: convert(item, walk, [...path, key]) });
  }
  return { kind: "map", entries, place: walk.place };
}

function notData(what: string, walk: Walk, path: ConfigPath): Refusal {
  const message = `${what} is not plain data`;
  return new Refusal(problem("TULLE1019", message, { where: walk.place }), path);
}

/** Arrays and object literals, of any realm. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: unknown): string {
  if (typeof value === "object" && value !== null) return `an instance of ${value.constructor.name}`;
  if (typeof value === "function") return "a function";
  return typeof value === "symbol" ? "a symbol" : `${String(value)} (${typeof value})`;
}
