/** The kinds that `tulle get` lists: where each comes from and its columns. */
import type { CommandCall } from "../commands/command.ts";
import type { Column } from "../output/table.ts";
import { breakers, edges, environments, snapshots } from "./fleet-kinds.ts";
import { functions } from "./function-kind.ts";
import { resources, routes, services } from "./snapshot-kinds.ts";

export interface Kind {
  /** Whether a name names at most one of them. */
  readonly unique: boolean;
  readonly load: (call: CommandCall) => Promise<readonly Listed[]>;
  readonly columns: readonly Column<unknown>[];
}

/** One thing of a list, under the name that `tulle get KIND NAME` picks it by. */
export interface Listed {
  readonly name: string;
  readonly item: unknown;
}

/** A kind whose columns know what they show. */
export interface TypedKind<Item> {
  readonly unique: boolean;
  readonly load: (call: CommandCall) => Promise<readonly { readonly name: string; readonly item: Item }[]>;
  readonly columns: readonly Column<Item>[];
}

export const kinds: Readonly<Record<string, Kind>> = {
  services: kind(services),
  resources: kind(resources),
  routes: kind(routes),
  breakers: kind(breakers),
  edges: kind(edges),
  environments: kind(environments),
  snapshots: kind(snapshots),
  functions: kind(functions),
};

/** Forgets the item's type: a kind's columns only ever see its own items. */
function kind<Item>(typed: TypedKind<Item>): Kind {
  return typed as TypedKind<unknown>;
}
