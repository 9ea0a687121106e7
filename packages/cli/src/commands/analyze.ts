import type { CommandDefinition } from "./command.ts";

/** Checks a configuration, with positions. */
export const analyze: CommandDefinition = {
  usage: "analyze [file]",
  summary: "check a configuration and show what is wrong with it, and where",
  examples: [["tulle analyze --env prod", "with an environment's patch applied"]],
  watchable: true,
  run: async (call) => {
    const { analyzeFile } = await import("../mesh-file/analyze-file.ts");
    return analyzeFile(call);
  },
};
