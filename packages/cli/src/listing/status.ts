/** The whole mesh on one screen: what runs, what is published, who is behind, what is open. */
import type { BreakerAnswer, EnvironmentAnswer } from "@tulle/control/client";
import { isTulleError } from "@tulle/core/errors";
import { formatWeight } from "@tulle/core/model";
import type { CommandCall } from "../commands/command.ts";
import { type Connection, connect } from "../connection/connection.ts";
import { publishedSnapshot } from "../connection/published.ts";
import type { Look, View } from "../output/output.ts";
import { type Column, renderTable } from "../output/table.ts";
import { breakerState } from "./fleet-kinds.ts";
import { type ListedService, listedService } from "./snapshot-kinds.ts";

export interface Status {
  readonly parts: readonly Part[];
  readonly mesh: string | null;
  readonly version: number;
  readonly services: readonly ServiceStatus[];
  readonly environments: { readonly synced: number; readonly stale: number };
  readonly openBreakers: readonly BreakerAnswer[];
}

export interface Part {
  readonly name: string;
  readonly url: string;
  readonly state: "up" | "down";
}

export interface ServiceStatus extends ListedService {
  readonly synced: number;
  readonly stale: number;
}

export async function statusView(call: CommandCall): Promise<View> {
  const found = await readStatus(call);
  return { data: found, text: (look) => render(found, look) };
}

async function readStatus(call: CommandCall): Promise<Status> {
  const connection = await connect(call);
  const { control } = connection;
  const { version } = await control.health();
  const [parts, environments, breakers, snapshot] = await Promise.all([
    readParts(connection),
    control.environments(),
    control.breakers(),
    publishedSnapshot(control).catch(nothingYet),
  ]);
  const counts = countByCaller(environments);
  const services = Object.entries(snapshot?.services ?? {}).map(([name, service]) => ({
    ...listedService(name, service, snapshot!),
    ...(counts.get(name) ?? { synced: 0, stale: 0 }),
  }));
  const synced = environments.filter(({ state }) => state === "SYNCED").length;
  return {
    parts,
    mesh: snapshot?.mesh ?? null,
    version,
    services,
    environments: { synced, stale: environments.length - synced },
    openBreakers: breakers.filter(({ open }) => open > 0),
  };
}

function nothingYet(error: unknown): null {
  if (isTulleError(error) && error.context["status"] === 404) return null;
  throw error;
}

async function readParts({ endpoint, local }: Connection): Promise<readonly Part[]> {
  const others: (readonly [name: string, url: string, health: string])[] =
    local === null
      ? []
      : [
          ["platform", local.platform.url, "/"],
          ...Object.entries(local.gateways).map(
            ([name, url]) => [`gateway/${name}`, url, "/.tulle/health"] as const,
          ),
        ];
  const checked = await Promise.all(
    others.map(async ([name, url, health]): Promise<Part> => {
      return { name, url, state: (await answers(url + health)) ? "up" : "down" };
    }),
  );
  return [{ name: "control", url: endpoint, state: "up" }, ...checked];
}

const PROBE_TIMEOUT_MS = 1_000;

/** Whether anything answers; a refusal is an answer. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

function countByCaller(
  environments: readonly EnvironmentAnswer[],
): Map<string, { synced: number; stale: number }> {
  const counts = new Map<string, { synced: number; stale: number }>();
  for (const { caller, state } of environments) {
    const count = counts.get(caller) ?? { synced: 0, stale: 0 };
    if (state === "SYNCED") count.synced += 1;
    else count.stale += 1;
    counts.set(caller, count);
  }
  return counts;
}

const partColumns: readonly Column<Part>[] = [
  { title: "PART", cell: ({ name }, { bold }) => bold(name) },
  { title: "STATE", cell: ({ state }, { green, red }) => (state === "up" ? green(state) : red(state)) },
  { title: "ADDRESS", cell: ({ url }) => url },
];

const serviceColumns: readonly Column<ServiceStatus>[] = [
  { title: "SERVICE", cell: ({ name }, { bold }) => bold(name) },
  { title: "MODE", cell: ({ mode }) => mode },
  { title: "SYNCED", cell: ({ synced }) => synced },
  { title: "STALE", cell: ({ stale }) => stale },
  {
    title: "REVISIONS",
    cell: ({ revisions }) =>
      revisions.map(({ name, weight }) => `${name} ${formatWeight(weight)}`).join(", "),
  },
];

const breakerColumns: readonly Column<BreakerAnswer>[] = [
  { title: "CIRCUIT", cell: ({ caller, service, revision }) => `${caller} > ${service}@${revision}` },
  { title: "STATE", cell: breakerState },
  { title: "OPEN IN", cell: ({ open, environments }) => `${open} of ${environments}` },
];

function render(found: Status, look: Look): string {
  const published =
    found.version === 0 ? "Nothing is published yet." : `${found.mesh}, version ${found.version}`;
  return [
    look.style.bold(published),
    "",
    renderTable(partColumns, found.parts, { ...look, empty: "" }),
    "",
    renderTable(serviceColumns, found.services, { ...look, empty: "No services." }),
    "",
    `Environments: ${found.environments.synced} SYNCED, ${found.environments.stale} STALE`,
    found.openBreakers.length === 0
      ? "Circuits: all closed"
      : renderTable(breakerColumns, found.openBreakers, { ...look, empty: "" }),
  ].join("\n");
}
