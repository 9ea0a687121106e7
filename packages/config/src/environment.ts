/** Environments: the patch that one of them lays over everything else. */
import { nearestName } from "@tulle/core/model";
import { failure, type Outcome, problem, success } from "./source/problem.ts";
import { childOf, type MapEntry, type MapTree, type Tree } from "./source/tree.ts";

/** Applies the merge patch of an environment; what it changes stands from then on where the patch says so. */
export function applyEnvironment(tree: MapTree, environment: string): Outcome<MapTree> {
  const environments = childOf(tree, "environments");
  const patch = childOf(environments, environment);
  if (patch === null) return failure(notDeclared(tree, environments, environment));
  const patched = mergePatch(tree, patch);
  return success(patched.kind === "map" ? patched : tree);
}

/** JSON merge patch on trees. Source: RFC 7396, section 2. */
export function mergePatch(target: Tree | null, patch: Tree): Tree {
  if (patch.kind !== "map") return patch;
  const entries = new Map<string, MapEntry>(target?.kind === "map" ? target.entries : []);
  for (const [key, { key: place, value }] of patch.entries) {
    if (value.kind === "scalar" && value.value === null) entries.delete(key);
    else entries.set(key, { key: place, value: mergePatch(entries.get(key)?.value ?? null, value) });
  }
  return { kind: "map", entries, place: target?.kind === "map" ? target.place : patch.place };
}

function notDeclared(
  tree: MapTree,
  environments: Tree | null,
  environment: string,
): ReturnType<typeof problem> {
  const names = environments?.kind === "map" ? [...environments.entries.keys()] : [];
  const nearest = nearestName(environment, names);
  const declared = names.length === 0 ? "none is declared" : `declared: ${names.join(", ")}`;
  return problem("TULLE1018", `environment "${environment}" is not declared`, {
    where: tree.entries.get("environments")?.key ?? tree.place.source.file,
    remedy: nearest === null ? declared : `did you mean "${nearest}"?`,
  });
}
