import type { CommandDefinition } from "./command.ts";

/** Shows what stands behind a logical name. */
export const resolve: CommandDefinition = {
  usage: "resolve <name>",
  summary: "show what stands behind a logical name",
  options: [
    ["--as <service>", "as this caller sees it, with its access"],
    ["--constellation <label>", "for requests that are pinned to this constellation"],
  ],
  examples: [
    ["tulle resolve navigator", "its revisions and their targets"],
    ["tulle resolve robots --as dispatch", "and whether dispatch may use it"],
  ],
  watchable: true,
  run: async (call) => {
    const { resolveName } = await import("../listing/resolve-name.ts");
    return { view: await resolveName(call) };
  },
};
