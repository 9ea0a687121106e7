/**
 * `tulle get`: one file a kind would be a page of headings, so each kind is a few columns over what control
 * answers.
 */
import { TulleError } from "@tulle/core/errors";
import { nearestName } from "@tulle/core/model";
import type { CommandCall } from "../commands/command.ts";
import type { View } from "../output/output.ts";
import { renderTable } from "../output/table.ts";
import { wrongUsage } from "../program/failure.ts";
import { type Kind, kinds, type Listed } from "./kinds.ts";

/** Throws TULLE6001 for an unknown kind, TULLE6004 for a name that is not in the list. */
export async function listing(call: CommandCall): Promise<View> {
  const [kindName, name] = call.args as [string, string | undefined];
  const kind = findKind(kindName);
  const all = await kind.load(call);
  const rows = name === undefined ? all : all.filter((row) => row.name === name);
  if (name !== undefined && rows.length === 0) throw unknownName(kindName, name, all);
  const items = rows.map((row) => row.item);
  return {
    data: name !== undefined && kind.unique ? items[0] : items,
    text: (look) => renderTable(kind.columns, items, { ...look, empty: `No ${kindName}.` }),
  };
}

function findKind(name: string): Kind {
  const kind = kinds[name] ?? kinds[`${name}s`];
  if (kind !== undefined) return kind;
  const near = nearestName(name, Object.keys(kinds));
  const hint = near === null ? `it is one of ${Object.keys(kinds).join(", ")}` : `did you mean ${near}?`;
  throw wrongUsage(`There is no kind "${name}": ${hint}`);
}

function unknownName(kind: string, name: string, all: readonly Listed[]): TulleError {
  const near = nearestName(
    name,
    all.map((row) => row.name),
  );
  const hint = near === null ? "" : ` Did you mean "${near}"?`;
  return new TulleError("TULLE6004", `There is nothing named "${name}" among the ${kind}.${hint}`);
}
