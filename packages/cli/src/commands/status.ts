import type { CommandDefinition } from "./command.ts";

/** Shows the whole mesh on one screen. */
export const status: CommandDefinition = {
  usage: "status",
  summary: "show the whole mesh on one screen",
  examples: [["tulle status -w", "and keep it up to date"]],
  watchable: true,
  run: async (call) => {
    const { statusView } = await import("../listing/status.ts");
    return { view: await statusView(call) };
  },
};
