/** Kinds that are read from the published snapshot. */
import { formatDuration, formatWeight } from "@tulle/core/model";
import type { ServiceSnapshot, Snapshot } from "@tulle/core/snapshot";
import type { CommandCall } from "../commands/command.ts";
import { connect } from "../connection/connection.ts";
import { publishedSnapshot } from "../connection/published.ts";
import type { TypedKind } from "./kinds.ts";
import { targetName } from "./resolve-name.ts";

export interface ListedService {
  readonly name: string;
  readonly backend: string;
  readonly mode: string;
  readonly revisions: readonly { readonly name: string; readonly target: string; readonly weight: number }[];
  readonly allow: readonly string[];
  readonly uses: readonly string[];
  readonly requestTimeoutMs: number;
  readonly circuitBreaker: string;
}

export interface ListedResource {
  readonly name: string;
  readonly kind: string;
  readonly physical: string;
  readonly allow: readonly string[];
}

export interface ListedRoute {
  /** `gateway/NAME` for a door's route, the service for a rule between services. */
  readonly parent: string;
  readonly match: string;
  readonly to: string;
  readonly timeoutMs: number | null;
}

export const services: TypedKind<ListedService> = {
  unique: true,
  load: async (call) => {
    const snapshot = await readSnapshot(call);
    return Object.entries(snapshot.services).map(([name, service]) => ({
      name,
      item: listedService(name, service, snapshot),
    }));
  },
  columns: [
    { title: "NAME", cell: ({ name }, { bold }) => bold(name) },
    { title: "BACKEND", cell: ({ backend }) => backend },
    { title: "MODE", cell: ({ mode }) => mode },
    {
      title: "REVISIONS",
      cell: ({ revisions }) =>
        revisions.map(({ name, weight }) => `${name}=${formatWeight(weight).replace(" ", "")}`).join(" "),
    },
    { title: "TIMEOUT", cell: ({ requestTimeoutMs }) => formatDuration(requestTimeoutMs) },
    { title: "BREAKER", cell: ({ circuitBreaker }) => circuitBreaker, wide: true },
    { title: "USES", cell: ({ uses }) => uses.join(",") || "-", wide: true },
    { title: "ALLOWS", cell: ({ allow }) => allow.join(",") || "-" },
  ],
};

export const resources: TypedKind<ListedResource> = {
  unique: true,
  load: async (call) => {
    const snapshot = await readSnapshot(call);
    return Object.entries(snapshot.resources).map(([name, resource]) => ({
      name,
      item: { name, ...resource },
    }));
  },
  columns: [
    { title: "NAME", cell: ({ name }, { bold }) => bold(name) },
    { title: "KIND", cell: ({ kind }) => kind },
    { title: "ALLOWS", cell: ({ allow }) => allow.join(",") || "-" },
    { title: "PHYSICAL", cell: ({ physical }) => physical },
  ],
};

export const routes: TypedKind<ListedRoute> = {
  unique: false,
  load: async (call) => {
    const snapshot = await readSnapshot(call);
    return [...gatewayRoutes(snapshot), ...serviceRules(snapshot)].map((item) => ({
      name: item.parent,
      item,
    }));
  },
  columns: [
    { title: "PARENT", cell: ({ parent }, { bold }) => bold(parent) },
    { title: "MATCH", cell: ({ match }) => match },
    { title: "TIMEOUT", cell: ({ timeoutMs }) => (timeoutMs === null ? "-" : formatDuration(timeoutMs)) },
    { title: "TO", cell: ({ to }) => to },
  ],
};

async function readSnapshot(call: CommandCall): Promise<Snapshot> {
  const { control } = await connect(call);
  return publishedSnapshot(control);
}

/** A service as lists show it. */
export function listedService(name: string, service: ServiceSnapshot, snapshot: Snapshot): ListedService {
  const last = service.rules.at(-1);
  return {
    name,
    backend: service.backend.kind,
    mode: service.mode,
    revisions: service.revisions.map((revision, index) => ({
      name: revision.name,
      target: targetName(service, revision),
      weight: last?.split.find((member) => member.revision === index)?.weight ?? 0,
    })),
    allow: service.allow,
    uses: snapshot.uses[name] ?? [],
    requestTimeoutMs: last?.timeouts.requestMs ?? 0,
    circuitBreaker: service.circuitBreaker.scope,
  };
}

function gatewayRoutes(snapshot: Snapshot): readonly ListedRoute[] {
  return Object.values(snapshot.gateways).flatMap((gateway) =>
    gateway.routes.map(({ method, path, to, timeoutMs }) => ({
      parent: `gateway/${gateway.name}`,
      match: `${method} ${path}`,
      to,
      timeoutMs,
    })),
  );
}

function serviceRules(snapshot: Snapshot): readonly ListedRoute[] {
  return Object.entries(snapshot.services).flatMap(([name, service]) =>
    service.rules.slice(0, -1).map((rule) => ({
      parent: name,
      match: rule.matches.map(showMatch).join(" or ") || "everything",
      to: rule.split
        .map(({ revision, weight }) => `${service.revisions[revision]?.name}=${formatWeight(weight)}`)
        .join(" "),
      timeoutMs: rule.timeouts.requestMs,
    })),
  );
}

function showMatch(match: ServiceSnapshot["rules"][number]["matches"][number]): string {
  const parts = [
    ...(match.caller === undefined ? [] : [`caller ${match.caller}`]),
    ...(match.constellation === undefined ? [] : [`constellation ${match.constellation}`]),
    ...Object.entries(match.context ?? {}).map(([name, value]) => `${name}=${value}`),
  ];
  return parts.join(" and ") || "everything";
}
