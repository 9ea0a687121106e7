/** Functions on the local platform, with their aliases, from its Lambda API. */
import { connectLocally } from "../connection/connection.ts";
import { readLambda } from "../connection/lambda-api.ts";
import type { TypedKind } from "./kinds.ts";

export interface ListedFunction {
  readonly name: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly handler: string;
  /** Alias to version. */
  readonly aliases: Readonly<Record<string, string>>;
}

interface FunctionAnswer {
  readonly FunctionName: string;
  readonly Runtime?: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly Handler?: string;
}

interface AliasAnswer {
  readonly Name: string;
  readonly FunctionVersion: string;
}

export const functions: TypedKind<ListedFunction> = {
  unique: true,
  load: async (call) => {
    const { platform } = (await connectLocally(call)).local;
    const read = <T>(path: string, list: string) =>
      readPages<T>((query) => readLambda(platform, path + query), list);
    const found = await read<FunctionAnswer>("/2015-03-31/functions", "Functions");
    return Promise.all(
      found.map(async (one) => {
        const name = one.FunctionName;
        const aliases = await read<AliasAnswer>(`/2015-03-31/functions/${name}/aliases`, "Aliases");
        return { name, item: listed(one, aliases) };
      }),
    );
  },
  columns: [
    { title: "NAME", cell: ({ name }, { bold }) => bold(name) },
    { title: "RUNTIME", cell: ({ runtime }) => runtime },
    { title: "MEMORY", cell: ({ memoryMb }) => `${memoryMb} MB` },
    { title: "TIMEOUT", cell: ({ timeoutSeconds }) => `${timeoutSeconds} s` },
    { title: "HANDLER", cell: ({ handler }) => handler, wide: true },
    {
      title: "ALIASES",
      cell: ({ aliases }) =>
        Object.entries(aliases)
          .map(([alias, version]) => `${alias}=${version}`)
          .join(" ") || "-",
    },
  ],
};

function listed(one: FunctionAnswer, aliases: readonly AliasAnswer[]): ListedFunction {
  return {
    name: one.FunctionName,
    runtime: one.Runtime ?? "-",
    memoryMb: one.MemorySize ?? 128,
    timeoutSeconds: one.Timeout ?? 3,
    handler: one.Handler ?? "-",
    aliases: Object.fromEntries(aliases.map((alias) => [alias.Name, alias.FunctionVersion])),
  };
}

async function readPages<T>(read: (query: string) => Promise<unknown>, list: string): Promise<readonly T[]> {
  const items: T[] = [];
  for (let marker = ""; ; ) {
    const query = marker === "" ? "" : `?Marker=${encodeURIComponent(marker)}`;
    const page = (await read(query)) as Readonly<Record<string, unknown>>;
    items.push(...((page[list] as readonly T[] | undefined) ?? []));
    if (typeof page["NextMarker"] !== "string" || page["NextMarker"] === "") return items;
    marker = page["NextMarker"];
  }
}
