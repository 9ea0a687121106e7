import type { CommandDefinition } from "./command.ts";

/** Publishes a configuration. */
export const apply: CommandDefinition = {
  usage: "apply",
  summary: "publish the configuration",
  options: [
    ["-m, --message <text>", "what the publish is for; kept in the history"],
    ["--dry-run", "do everything but publish"],
  ],
  examples: [["tulle apply --env moved -m 'robots table moved'", "with an environment's patch applied"]],
  run: async (call) => {
    const { applyFile } = await import("../mesh-file/apply-file.ts");
    return applyFile(call);
  },
};
