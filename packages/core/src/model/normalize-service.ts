import type { BackendFile, LocalRunFile, MeshFile, RevisionFile, ServiceFile } from "./authored.ts";
import type { Backend, Fallback, KeySource, LocalRun, Mode, RevisionConfig, ServiceConfig } from "./mesh.ts";
import { durationMs, type ResolvedPolicies, resolvePolicies } from "./normalize-policies.ts";
import { completeWeights } from "./normalize-weights.ts";

/** What a service gets from the mesh around it. */
export interface ServiceSurroundings {
  readonly file: MeshFile;
  readonly mode: Mode;
  readonly policies: ResolvedPolicies;
}

/** Name of the one revision of a service that declares none. */
export const ONLY_REVISION = "stable";

/** Spells out one service. */
export function normalizeService(
  name: string,
  service: ServiceFile,
  surroundings: ServiceSurroundings,
): ServiceConfig {
  const local = service.local === undefined ? null : normalizeLocal(service.local, null);
  return {
    name,
    mode: service.mode ?? surroundings.mode,
    backend: normalizeBackend(service.backend),
    revisions: normalizeRevisions(service, local),
    stickiness: normalizeStickiness(service.stickiness),
    uses: service.uses ?? [],
    allow: service.allow ?? [],
    ...resolvePolicies(surroundings.file, service, surroundings.policies),
    fallback: normalizeFallback(service.fallback),
    failover: service.failover ?? [],
    idempotent: service.idempotent ?? false,
    local,
  };
}

function normalizeBackend(backend: BackendFile): Backend {
  return "http" in backend
    ? { kind: "http", url: backend.http }
    : { kind: "function", functionName: backend.function };
}

function normalizeRevisions(service: ServiceFile, local: LocalRun | null): RevisionConfig[] {
  const authored: readonly RevisionFile[] = service.revisions ?? [{ name: ONLY_REVISION }];
  const weights = completeWeights(authored.map((revision) => revision.weight));
  const inherited = "http" in service.backend ? null : qualifierOf(service.backend);
  return authored.map((revision, index) => ({
    name: revision.name,
    qualifier: qualifierOf(revision) ?? inherited,
    url: revision.url ?? null,
    weight: weights[index]!,
    local: revision.local === undefined ? null : normalizeLocal(revision.local, local),
  }));
}

function qualifierOf(target: { readonly alias?: string; readonly version?: string | number }): string | null {
  if (target.alias !== undefined) return target.alias;
  return target.version === undefined ? null : String(target.version);
}

function normalizeStickiness(stickiness: ServiceFile["stickiness"]): KeySource {
  if (typeof stickiness === "object") return { kind: "payload", field: stickiness.payload };
  return { kind: stickiness ?? "request" };
}

function normalizeFallback(fallback: ServiceFile["fallback"]): Fallback | null {
  if (fallback === undefined) return null;
  return "service" in fallback
    ? { kind: "service", service: fallback.service }
    : { kind: "value", value: fallback.value };
}

/**
 * Spells out how something is run locally; what it leaves out comes from `base` (a revision's from its
 * service's), then from Lambda's own defaults (3 s, 128 MB) and the newest Node runtime.
 */
function normalizeLocal(local: Partial<LocalRunFile>, base: LocalRun | null): LocalRun {
  const handler = local.handler ?? base?.handler ?? "";
  const inheritedEntry = local.handler === undefined ? base?.entry : undefined;
  return {
    handler,
    entry: local.entry ?? inheritedEntry ?? (isSourceFile(handler) ? "handler" : "index.handler"),
    runtime: local.runtime ?? base?.runtime ?? "nodejs24.x",
    timeoutSeconds: durationMs(local.timeout, (base?.timeoutSeconds ?? 3) * 1_000) / 1_000,
    memoryMb: local.memory ?? base?.memoryMb ?? 128,
    environment: { ...base?.environment, ...local.environment },
    concurrency: local.concurrency ?? base?.concurrency ?? null,
  };
}

function isSourceFile(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}
