import type { RevisionConfig, ServiceConfig } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, error, warning } from "../rule.ts";

/** A revision must lead somewhere that its backend can reach, and somewhere that no other revision leads. */
export function* revisionTargets({ config }: AnalysisInput): Iterable<Finding> {
  for (const service of Object.values(config.services)) {
    const seen = new Map<string, string>();
    for (const [index, revision] of service.revisions.entries()) {
      const path = ["services", service.name, "revisions", index];
      yield* misfit(service, revision, path);
      const target = targetOf(service, revision);
      const earlier = seen.get(target);
      if (earlier !== undefined && earlier !== revision.name) {
        yield warning("TULLE1209", `revisions "${earlier}" and "${revision.name}" both lead to ${target}`, {
          path: [...path, "name"],
        });
      }
      seen.set(target, earlier ?? revision.name);
    }
  }
}

function* misfit(service: ServiceConfig, revision: RevisionConfig, path: ConfigPath): Iterable<Finding> {
  if (service.backend.kind === "function" && revision.url !== null) {
    yield error("TULLE1209", `revision "${revision.name}" has a url, but its backend is a function`, {
      path: [...path, "url"],
      remedy: "give it an alias or a version",
    });
  }
  if (service.backend.kind === "http" && revision.qualifier !== null) {
    yield error("TULLE1209", `revision "${revision.name}" has an alias or version, but its backend is HTTP`, {
      path: [...path, "alias"],
      remedy: "give it a url",
    });
  }
}

function targetOf(service: ServiceConfig, revision: RevisionConfig): string {
  if (service.backend.kind === "http") return revision.url ?? service.backend.url;
  return `${service.backend.functionName}:${revision.qualifier ?? "$LATEST"}`;
}
