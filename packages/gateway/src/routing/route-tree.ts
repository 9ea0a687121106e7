/**
 * Finds the route for a method and path.
 *
 * A tree over path segments instead of a list of patterns: a lookup touches only nodes that agree with the
 * path so far, so its cost does not grow with the number of routes. At each segment a literal is more
 * specific than a variable and a variable more than a rest; the first route in that order that takes the
 * method wins, an exact method before `ANY`. A branch that fails deeper down is given up for the next one;
 * no node is visited twice, so a hostile path costs at most one walk over the tree.
 *
 * Values of variables are positional while walking, because routes that share a node may name a variable
 * differently.
 */
import type { GatewayRoute } from "@tulle/core/model";
import { parseTemplate, type TemplateSegment } from "./template.ts";

export interface RouteTree {
  /** Segments are percent-decoded. */
  find(method: string, segments: readonly string[]): RouteMatch;
}

export type RouteMatch =
  | {
      readonly kind: "found";
      readonly route: GatewayRoute;
      readonly parameters: Readonly<Record<string, string>>;
    }
  /** Routes match the path, none the method; `allow` is sorted. */
  | { readonly kind: "wrongMethod"; readonly allow: readonly string[] }
  | { readonly kind: "none" };

interface Node {
  readonly literals: Map<string, Node>;
  variable: Node | null;
  readonly here: Map<string, Entry>;
  readonly rest: Map<string, Entry>;
}

interface Entry {
  readonly route: GatewayRoute;
  readonly names: readonly string[];
}

interface Walk {
  readonly method: string;
  readonly segments: readonly string[];
  readonly values: string[];
  readonly otherMethods: Set<string>;
}

/** Builds the tree of a gateway's routes; of two routes with the same method and shape the first stays. */
export function buildRouteTree(routes: readonly GatewayRoute[]): RouteTree {
  const root = newNode();
  for (const route of routes) insert(root, route);
  return {
    find(method: string, segments: readonly string[]): RouteMatch {
      const walk: Walk = { method, segments, values: [], otherMethods: new Set() };
      const entry = descend(root, 0, walk);
      if (entry !== null)
        return { kind: "found", route: entry.route, parameters: named(entry.names, walk.values) };
      if (walk.otherMethods.size === 0) return { kind: "none" };
      return { kind: "wrongMethod", allow: [...walk.otherMethods].sort() };
    },
  };
}

function insert(root: Node, route: GatewayRoute): void {
  const segments = parseTemplate(route.path);
  const names = segments.filter((segment) => segment.kind !== "literal").map(({ name }) => name);
  let node = root;
  for (const segment of segments) {
    if (segment.kind === "rest") {
      enter(node.rest, { route, names });
      return;
    }
    node = child(node, segment);
  }
  enter(node.here, { route, names });
}

function child(node: Node, segment: Exclude<TemplateSegment, { kind: "rest" }>): Node {
  if (segment.kind === "variable") {
    node.variable ??= newNode();
    return node.variable;
  }
  let next = node.literals.get(segment.text);
  if (next === undefined) {
    next = newNode();
    node.literals.set(segment.text, next);
  }
  return next;
}

function enter(entries: Map<string, Entry>, entry: Entry): void {
  if (!entries.has(entry.route.method)) entries.set(entry.route.method, entry);
}

/** On success `walk.values` holds the values of the entry's variables, in order. */
function descend(node: Node, depth: number, walk: Walk): Entry | null {
  if (depth === walk.segments.length) return pick(node.here, walk);
  const segment = walk.segments[depth]!;
  const literal = node.literals.get(segment);
  if (literal !== undefined) {
    const entry = descend(literal, depth + 1, walk);
    if (entry !== null) return entry;
  }
  if (node.variable !== null && segment !== "") {
    walk.values.push(segment);
    const entry = descend(node.variable, depth + 1, walk);
    if (entry !== null) return entry;
    walk.values.pop();
  }
  return node.rest.size === 0 ? null : takeRest(node, depth, walk);
}

function takeRest(node: Node, depth: number, walk: Walk): Entry | null {
  const value = walk.segments.slice(depth).join("/");
  const entry = value === "" ? null : pick(node.rest, walk);
  if (entry !== null) walk.values.push(value);
  return entry;
}

function pick(entries: Map<string, Entry>, walk: Walk): Entry | null {
  const entry = entries.get(walk.method) ?? entries.get("ANY");
  if (entry !== undefined) return entry;
  for (const method of entries.keys()) walk.otherMethods.add(method);
  return null;
}

function named(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

function newNode(): Node {
  return { literals: new Map(), variable: null, here: new Map(), rest: new Map() };
}
