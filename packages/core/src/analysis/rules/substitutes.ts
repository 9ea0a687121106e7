import type { MeshConfig, ServiceConfig } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, declared, error } from "../rule.ts";

/**
 * What stands in for a service must not lead back to it.
 *
 * Failover and fallback are walked as one graph, because at run time they follow each other. `uses` may be
 * cyclic and is not looked at. Every cycle is reported once, at its first edge in the order of declaration.
 */
export function* substituteCycles({ config }: AnalysisInput): Iterable<Finding> {
  const finished = new Set<string>();
  for (const name of Object.keys(config.services)) {
    if (!finished.has(name)) yield* walk(config, name, finished);
  }
}

/** One edge from a service to what stands in for it. */
export interface Substitute {
  readonly from: string;
  readonly to: string;
  readonly path: ConfigPath;
}

/** Everything that may stand in for a service, in the order in which it is tried. */
export function substitutesOf(service: ServiceConfig): Substitute[] {
  const base = ["services", service.name];
  const edges = service.failover.map((to, index) => ({
    from: service.name,
    to,
    path: [...base, "failover", index],
  }));
  if (service.fallback?.kind !== "service") return edges;
  return [
    ...edges,
    { from: service.name, to: service.fallback.service, path: [...base, "fallback", "service"] },
  ];
}

/** Depth first, with a stack of its own: a chain as long as the file must not be a recursion as deep. */
function* walk(config: MeshConfig, start: string, finished: Set<string>): Iterable<Finding> {
  const trail: Substitute[] = [];
  const stack = [{ name: start, edges: edgesOf(config, start).values() }];
  const open = new Set([start]);
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const next = top.edges.next();
    if (next.done) {
      finished.add(top.name);
      open.delete(top.name);
      stack.pop();
      trail.pop();
      continue;
    }
    const edge = next.value;
    if (edge.to === edge.from) yield itself(edge);
    else if (open.has(edge.to)) yield cycle([...trail, edge]);
    else if (!finished.has(edge.to)) {
      stack.push({ name: edge.to, edges: edgesOf(config, edge.to).values() });
      open.add(edge.to);
      trail.push(edge);
    }
  }
}

function edgesOf(config: MeshConfig, name: string): Substitute[] {
  const service = declared(config.services, name);
  return service === null ? [] : substitutesOf(service);
}

function itself(edge: Substitute): Finding {
  return error("TULLE1405", `"${edge.from}" cannot stand in for itself`, { path: edge.path });
}

function cycle(trail: readonly Substitute[]): Finding {
  const last = trail[trail.length - 1]!;
  const steps = trail.slice(trail.findIndex((edge) => edge.from === last.to));
  const names = [...steps.map((edge) => edge.from), last.to];
  return error("TULLE1404", `failover leads back to where it began: ${names.join(" -> ")}`, {
    path: last.path,
    related: steps
      .slice(0, -1)
      .map(({ from, to, path }) => ({ path, message: `"${from}" leads to "${to}" here` })),
  });
}
