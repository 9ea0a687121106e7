import type { MeshConfig, MeshFile } from "../model/index.ts";
import type { Finding } from "./finding.ts";
import { rules } from "./rules.ts";

/**
 * Everything that is wrong or doubtful about a configuration, errors and warnings, in the order of the
 * rules. Never throws on a normal form. With the authored form at hand it also judges what normalising
 * loses: names of policies.
 */
export function analyze(config: MeshConfig, authored: MeshFile | null = null): readonly Finding[] {
  const input = { config, authored };
  return rules.flatMap((rule) => [...rule(input)]);
}
