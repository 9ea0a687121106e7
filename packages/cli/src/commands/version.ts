import type { CommandDefinition } from "./command.ts";

/** Says which Tulle this is. */
export const version: CommandDefinition = {
  usage: "version",
  summary: "print the version",
  run: async () => {
    const { productVersion } = await import("../program/product-version.ts");
    const facts = { version: productVersion(), node: process.versions.node, platform: process.platform };
    return {
      view: {
        data: facts,
        text: () => `tulle ${facts.version} (node ${facts.node}, ${facts.platform})`,
      },
    };
  },
};
