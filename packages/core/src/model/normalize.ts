import type { ConstellationFile, GatewayFile, MeshFile, ResourceFile, RouteFile } from "./authored.ts";
import type {
  ConstellationConfig,
  GatewayConfig,
  MeshConfig,
  ResourceConfig,
  ResourceKind,
  RouteConfig,
  ServiceConfig,
} from "./mesh.ts";
import { builtInPolicies, durationMs, resolvePolicies, resolveTimeouts } from "./normalize-policies.ts";
import { normalizeService } from "./normalize-service.ts";
import { completeWeights } from "./normalize-weights.ts";
import { parseSize } from "./sizes.ts";

/**
 * Authored form to normal form. Pure; every default becomes explicit.
 *
 * The file must satisfy the schema. Nothing else is asked of it: names that nobody declared, weights that
 * do not add up and the like come out as they went in, because the analyzer looks at the result and says it
 * with a position.
 */
export function normalizeMesh(file: MeshFile): MeshConfig {
  const mode = file.mode ?? "enforce";
  const surroundings = {
    file,
    mode: file.defaults?.mode ?? mode,
    policies: resolvePolicies(file, file.defaults ?? {}, builtInPolicies),
  };
  const services = mapValues(file.services, (service, name) => normalizeService(name, service, surroundings));
  const timeoutsOf = (name: string) =>
    (Object.hasOwn(services, name) ? services[name]! : surroundings.policies).timeouts;
  return {
    version: 1,
    mesh: file.mesh ?? "",
    mode,
    services,
    resources: mapValues(file.resources, normalizeResource),
    routes: (file.routes ?? []).map((route) => normalizeRoute(file, route, timeoutsOf(route.service))),
    constellations: mapValues(file.constellations, normalizeConstellation),
    gateways: mapValues(file.gateways, normalizeGateway),
  };
}

/** The kinds of resource, as keys of a resource in a file. */
export const resourceKinds: readonly ResourceKind[] = [
  "dynamodb.table",
  "sqs.queue",
  "sns.topic",
  "s3.bucket",
  "kinesis.stream",
  "states.machine",
  "events.bus",
  "secretsmanager.secret",
  "ssm.parameter",
];

function normalizeResource(resource: ResourceFile, name: string): ResourceConfig {
  const kind = resourceKinds.find((candidate) => Object.hasOwn(resource, candidate)) ?? "dynamodb.table";
  return { name, kind, physical: resource[kind] ?? "", allow: resource.allow ?? [] };
}

function normalizeRoute(file: MeshFile, route: RouteFile, inherited: ServiceConfig["timeouts"]): RouteConfig {
  const weights = completeWeights(route.to.map((member) => member.weight));
  return {
    service: route.service,
    matches: route.matches ?? [],
    to: route.to.map(({ revision }, index) => ({ revision, weight: weights[index]! })),
    timeouts: route.timeouts === undefined ? null : resolveTimeouts(file, route.timeouts, inherited),
  };
}

function normalizeConstellation(constellation: ConstellationFile, name: string): ConstellationConfig {
  return {
    name,
    services: constellation.services ?? {},
    resources: constellation.resources ?? {},
    fallThrough: constellation.fallThrough ?? "base",
  };
}

/** 4 MiB: what still fits into the 6 MiB of a synchronous invoke when it is base64. */
export const DEFAULT_MAX_BODY_BYTES = 4_194_304;

function normalizeGateway(gateway: GatewayFile, name: string): GatewayConfig {
  return {
    name,
    maxBodyBytes: parseSize(gateway.maxBody ?? DEFAULT_MAX_BODY_BYTES) ?? DEFAULT_MAX_BODY_BYTES,
    routes: gateway.routes.map((route) => ({
      method: route.match.method ?? "ANY",
      path: route.match.path,
      to: route.to,
      timeoutMs: route.timeout === undefined ? null : durationMs(route.timeout, 0),
      keyHeader: route.keyHeader?.toLowerCase() ?? null,
    })),
  };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>> | undefined,
  convert: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(
    Object.entries(record ?? {}).map(([name, value]) => [name, convert(value, name)]),
  );
}
