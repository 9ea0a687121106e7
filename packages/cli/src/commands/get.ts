import type { CommandDefinition } from "./command.ts";

/** Lists things of one kind. */
export const get: CommandDefinition = {
  usage: "get <kind> [name]",
  summary: "list services, resources, routes, breakers, edges, environments, snapshots or functions",
  examples: [
    ["tulle get services", "what is published"],
    ["tulle get edges -w", "calls by edge, as they change"],
    ["tulle get breakers charging", "of one callee"],
  ],
  watchable: true,
  run: async (call) => {
    const { listing } = await import("../listing/listing.ts");
    return { view: await listing(call) };
  },
};
