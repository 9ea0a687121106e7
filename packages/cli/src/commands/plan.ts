import type { CommandDefinition } from "./command.ts";

/** Shows what publishing would change. */
export const plan: CommandDefinition = {
  usage: "plan",
  summary: "show what `apply` would change in what is published",
  options: [["--detailed-exitcode", "exit with 3 when something would change"]],
  watchable: true,
  run: async (call) => {
    const { planFile } = await import("../mesh-file/plan-file.ts");
    return planFile(call);
  },
};
