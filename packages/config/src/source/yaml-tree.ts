/**
 * YAML (and so JSON) to a tree.
 *
 * The document's own nodes are walked instead of calling `toJS`: they carry ranges, repeated keys can be
 * shown with both places, and the number of values is counted while aliases unfold, so nine lines of
 * anchors cannot become a billion values.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from "yaml";
import type { Limits } from "../limits.ts";
import type { LocatedFinding } from "../location.ts";
import { failure, type Outcome, problem, success } from "./problem.ts";
import type { Source } from "./source.ts";
import type { MapEntry, Place, Tree } from "./tree.ts";

/** Reads YAML text. */
export function parseYaml(source: Source, limits: Limits): Outcome<Tree> {
  try {
    const document = parseDocument(source.text, { uniqueKeys: false, prettyErrors: false, schema: "core" });
    const wrong = document.errors[0] ?? document.warnings[0];
    if (wrong !== undefined) return failure(malformed(source, wrong, limits));
    if (document.contents === null) return failure(empty(source));
    const anchors = new Map<string, Node>();
    const walk: Walk = { source, limits, anchors, unfolding: new Set(), nodes: 0 };
    const tree = convert(document.contents, walk, 0);
    return tree.kind === "scalar" && tree.value === null ? failure(empty(source)) : success(tree);
  } catch (cause) {
    if (cause instanceof Refusal) return failure(cause.found);
    throw cause;
  }
}

interface Walk {
  readonly source: Source;
  readonly limits: Limits;
  readonly anchors: Map<string, Node>;
  readonly unfolding: Set<Node>;
  nodes: number;
}

/** Carries a finding out of the recursion; never leaves this module. */
class Refusal extends Error {
  readonly found: LocatedFinding;

  constructor(found: LocatedFinding) {
    super(found.message);
    this.found = found;
  }
}

function convert(node: Node, walk: Walk, depth: number): Tree {
  const place = placeOf(node, walk.source);
  walk.nodes += 1;
  if (walk.nodes > walk.limits.nodes || depth > walk.limits.depth) {
    throw new Refusal(tooComplex(place, walk.limits));
  }
  if (isAlias(node)) return unfold(node.source, place, { walk, depth });
  if (node.anchor !== undefined && (isMap(node) || isSeq(node) || isScalar(node))) {
    walk.anchors.set(node.anchor, node);
  }
  if (isScalar(node)) return { kind: "scalar", value: scalarValue(node.value, place), place };
  if (walk.unfolding.has(node))
    throw new Refusal(problem("TULLE1012", "this alias contains itself", { where: place }));
  walk.unfolding.add(node);
  try {
    if (isSeq(node)) {
      const items = node.items.map((item) => convertItem(item, place, { walk, depth }));
      return { kind: "list", items, place };
    }
    if (isMap(node)) return { kind: "map", entries: convertEntries(node, walk, depth), place };
  } finally {
    walk.unfolding.delete(node);
  }
  throw new Refusal(problem("TULLE1001", "this is no map, list or value", { where: place }));
}

interface Descent {
  readonly walk: Walk;
  readonly depth: number;
}

function convertItem(item: unknown, parent: Place, { walk, depth }: Descent): Tree {
  if (isNode(item)) return convert(item, walk, depth + 1);
  return { kind: "scalar", value: null, place: parent };
}

function convertEntries(
  node: { readonly items: readonly { readonly key: unknown; readonly value: unknown }[] },
  walk: Walk,
  depth: number,
): Map<string, MapEntry> {
  const entries = new Map<string, MapEntry>();
  for (const { key: keyNode, value } of node.items) {
    const key = keyOf(keyNode, walk);
    const earlier = entries.get(key.text);
    if (earlier !== undefined) {
      const related = [{ message: "the first one is here", where: earlier.key }];
      throw new Refusal(
        problem("TULLE1009", `the key "${key.text}" is there twice`, { where: key.place, related }),
      );
    }
    entries.set(key.text, { key: key.place, value: convertItem(value, key.place, { walk, depth }) });
  }
  return entries;
}

function keyOf(node: unknown, walk: Walk): { readonly text: string; readonly place: Place } {
  const place = isNode(node) ? placeOf(node, walk.source) : wholeOf(walk.source);
  if (isScalar(node) && node.value !== null) return { text: String(node.value), place };
  throw new Refusal(problem("TULLE1001", "a key must be plain text", { where: place }));
}

/** An alias stands where it is written, while what is inside it stands where the anchor is. */
function unfold(anchor: string, place: Place, { walk, depth }: Descent): Tree {
  const target = walk.anchors.get(anchor);
  if (target === undefined) {
    throw new Refusal(
      problem("TULLE1001", `there is no anchor "&${anchor}" before this alias`, { where: place }),
    );
  }
  return { ...convert(target, walk, depth + 1), place };
}

function scalarValue(value: unknown, place: Place): null | boolean | number | string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Refusal(problem("TULLE1019", `${String(value)} is no number that JSON knows`, { where: place }));
}

function isNode(value: unknown): value is ParsedNode {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

function placeOf(node: Node, source: Source): Place {
  const [start, end] = node.range ?? [0, 0];
  return { source, start, end };
}

function wholeOf(source: Source): Place {
  return { source, start: 0, end: 0 };
}

function empty(source: Source): LocatedFinding {
  return problem("TULLE1008", "the file holds no configuration", { where: source.file });
}

function tooComplex(where: Place, limits: Limits): LocatedFinding {
  const message = `more than ${limits.depth} levels or ${limits.nodes} values, counting aliases unfolded`;
  return problem("TULLE1012", message, { where });
}

function malformed(source: Source, wrong: YAMLError, limits: Limits): LocatedFinding {
  const [start, end] = wrong.pos;
  const where = { source, start: Math.min(start, source.text.length), end };
  // The parser descends recursively and reports the end of its stack as one more error.
  if (wrong.message.startsWith("Maximum call stack")) return tooComplex(where, limits);
  const known = explanations[wrong.code];
  const message = known?.message ?? wrong.message.replace(/\s+/g, " ");
  return problem("TULLE1001", message, { where, remedy: known?.remedy ?? null });
}

const explanations: Readonly<Record<string, { readonly message: string; readonly remedy: string }>> = {
  TAB_AS_INDENT: { message: "a tab cannot indent YAML", remedy: "indent with spaces" },
  MULTIPLE_DOCS: {
    message: "the file holds more than one YAML document",
    remedy: "use `include` and two files",
  },
  TAG_RESOLVE_FAILED: { message: "tags have no meaning here", remedy: "remove the tag" },
};
