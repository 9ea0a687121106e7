/** Logical name to physical things, from the published snapshot. */
import { TulleError } from "@tulle/core/errors";
import { FULL_WEIGHT, formatWeight } from "@tulle/core/model";
import { isAllowed } from "@tulle/core/routing";
import type { ServiceSnapshot, Snapshot } from "@tulle/core/snapshot";
import type { CommandCall } from "../commands/command.ts";
import { connect } from "../connection/connection.ts";
import { publishedSnapshot } from "../connection/published.ts";
import type { View } from "../output/output.ts";
import { type Column, renderTable } from "../output/table.ts";

/** What a name stands for, as `--json` prints it. */
export interface Resolution {
  readonly name: string;
  readonly kind: string;
  readonly snapshotVersion: number;
  /** Null without `--as`. */
  readonly access: "allowed" | "denied" | null;
  readonly targets: readonly Target[];
}

export interface Target {
  readonly revision: string | null;
  readonly target: string;
  /** Share of unmatched traffic out of 10,000; null for a resource. */
  readonly weight: number | null;
}

export async function resolveName(call: CommandCall): Promise<View> {
  const name = call.args[0]!;
  const caller = call.options.text("as");
  const { control } = await connect(call);
  const snapshot = await publishedSnapshot(control);
  return resolutionView(resolution(snapshot, name, caller, call.options.text("constellation")));
}

/** Throws TULLE6004 for a name that is not published. */
export function resolution(
  snapshot: Snapshot,
  name: string,
  caller: string | null,
  label: string | null,
): Resolution {
  const found = snapshot.services[name] ?? snapshot.resources[name];
  if (found === undefined)
    throw new TulleError("TULLE6004", `Version ${snapshot.version} has no service or resource "${name}".`);
  if (label !== null && snapshot.constellations[label] === undefined)
    throw new TulleError("TULLE6004", `Version ${snapshot.version} has no constellation "${label}".`);
  const pinned = label === null ? undefined : snapshot.constellations[label];
  const used = caller === null || (snapshot.uses[caller] ?? []).includes(name);
  const access = caller === null ? null : used && isAllowed(found.allow, caller) ? "allowed" : "denied";
  return {
    name,
    kind: "kind" in found ? found.kind : found.backend.kind,
    snapshotVersion: snapshot.version,
    access,
    targets:
      "kind" in found
        ? [{ revision: null, target: pinned?.resources[name] ?? found.physical, weight: null }]
        : serviceTargets(found, pinned?.services[name]),
  };
}

function serviceTargets(service: ServiceSnapshot, pinned: number | undefined): readonly Target[] {
  const { split } = service.rules.at(-1) ?? { split: [] };
  return service.revisions.flatMap((revision, index): Target[] => {
    if (pinned !== undefined && pinned !== index) return [];
    const share = split.find((member) => member.revision === index)?.weight ?? 0;
    return [
      {
        revision: revision.name,
        target: targetName(service, revision),
        weight: pinned === undefined ? share : FULL_WEIGHT,
      },
    ];
  });
}

/** `function:qualifier`, or a URL. */
export function targetName(
  service: ServiceSnapshot,
  revision: { readonly qualifier: string | null; readonly url: string | null },
): string {
  const { backend } = service;
  if (backend.kind === "http") return revision.url ?? backend.url;
  return revision.qualifier === null ? backend.functionName : `${backend.functionName}:${revision.qualifier}`;
}

const columns: readonly Column<Target>[] = [
  { title: "REVISION", cell: ({ revision }) => revision ?? "-" },
  { title: "WEIGHT", cell: ({ weight }) => (weight === null ? "-" : formatWeight(weight)) },
  { title: "TARGET", cell: ({ target }) => target },
];

function resolutionView(found: Resolution): View {
  return {
    data: found,
    text: (look) => {
      const { style } = look;
      const access = found.access === "denied" ? style.red("denied") : found.access;
      const head = `${style.bold(found.name)} is a ${found.kind}, version ${found.snapshotVersion}`;
      const table = renderTable(columns, found.targets, { ...look, empty: "No target." });
      return [access === null ? head : `${head}, access ${access}`, table].join("\n");
    },
  };
}
