import type { CommandDefinition } from "./command.ts";

/** Explains an error code, or where a call would go and why. */
export const explain: CommandDefinition = {
  usage: "explain [code]",
  summary: "explain an error code, or where a call would go and why",
  options: [
    ["--from <caller>", "caller of the call to explain"],
    ["--to <service>", "service that it calls"],
    ["--key <key>", "sticky key of the call"],
    ["--context <name=value>...", "value that travels with the request (repeatable)"],
    ["--constellation <label>", "constellation that the request is pinned to"],
    ["--payload <json>", "payload, as JSON or @file; for splits that are keyed by a field of it"],
  ],
  examples: [
    ["tulle explain TULLE1203", "what the code means and what to do"],
    ["tulle explain --from dispatch --to navigator --key r7", "the decision for this call"],
  ],
  watchable: true,
  run: async (call) => {
    const [code] = call.args;
    if (code !== undefined) {
      const { codeView } = await import("../explanation/code-view.ts");
      return { view: codeView(code) };
    }
    const { explainCall } = await import("../explanation/explain-call.ts");
    return { view: await explainCall(call) };
  },
};
