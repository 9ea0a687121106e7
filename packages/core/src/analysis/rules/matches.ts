import type { MatchConfig, MeshConfig } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, declared, error, warning } from "../rule.ts";

/**
 * Matches that nothing can reach.
 *
 * Routes of a service are tried in order and the first match wins. A match that asks for everything an
 * earlier one asks for, and more, is never reached; one that asks for the same is a duplicate. Subset of
 * conditions is the whole test, since every condition is an equality.
 */
export function* matches({ config }: AnalysisInput): Iterable<Finding> {
  const earlier = new Map<string, PlacedMatch[]>();
  for (const [index, route] of config.routes.entries()) {
    const seen = earlier.get(route.service) ?? [];
    earlier.set(route.service, seen);
    for (const match of placed(index, route.matches)) {
      const cover = seen.find((candidate) => covers(candidate.conditions, match.conditions));
      if (cover !== undefined) yield covered(match, cover);
      else yield* strangers(config, route.service, match);
      seen.push(match);
    }
  }
}

interface PlacedMatch {
  readonly path: ConfigPath;
  readonly caller: string | undefined;
  readonly conditions: ReadonlySet<string>;
}

function placed(route: number, authored: readonly MatchConfig[]): PlacedMatch[] {
  if (authored.length === 0) return [{ path: ["routes", route], caller: undefined, conditions: new Set() }];
  return authored.map((match, index) => ({
    path: ["routes", route, "matches", index],
    caller: match.caller,
    conditions: new Set(conditionsOf(match)),
  }));
}

function* conditionsOf(match: MatchConfig): Iterable<string> {
  if (match.caller !== undefined) yield `caller=${match.caller}`;
  if (match.constellation !== undefined) yield `constellation=${match.constellation}`;
  for (const [key, value] of Object.entries(match.context ?? {})) {
    yield `context.${JSON.stringify(key)}=${value}`;
  }
}

function covers(wide: ReadonlySet<string>, narrow: ReadonlySet<string>): boolean {
  return wide.size <= narrow.size && [...wide].every((condition) => narrow.has(condition));
}

function covered(match: PlacedMatch, by: PlacedMatch): Finding {
  const same = by.conditions.size === match.conditions.size;
  const related = [
    { path: by.path, message: same ? "the first one is here" : "this takes everything first" },
  ];
  return same
    ? error("TULLE1403", "this match is the same as an earlier one and never takes anything", {
        path: match.path,
        related,
      })
    : error("TULLE1402", "an earlier match takes everything that this one would", {
        path: match.path,
        related,
      });
}

/** A match on a caller that may not call the service holds for no call that is let through. */
function* strangers(config: MeshConfig, service: string, match: PlacedMatch): Iterable<Finding> {
  const callee = declared(config.services, service);
  if (callee === null || match.caller === undefined) return;
  if (declared(config.services, match.caller) === null) return;
  if (callee.allow.includes(match.caller) || callee.allow.includes("*")) return;
  yield warning("TULLE1402", `"${match.caller}" may not call "${service}", so this match never holds`, {
    path: [...match.path, "caller"],
    remedy: `add "${match.caller}" to the \`allow\` of "${service}", or remove the match`,
  });
}
