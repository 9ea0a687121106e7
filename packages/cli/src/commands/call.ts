import type { CommandDefinition } from "./command.ts";

/** Calls a service through the mesh. */
export const call: CommandDefinition = {
  usage: "call <service>",
  summary: "call a service through the mesh and print its answer",
  options: [
    ["-d, --data <json>", "payload, as JSON or @file; @- reads standard input", "{}"],
    ["--as <caller>", "in whose name (default: the first caller that the service allows)"],
    ["--key <key>", "sticky key of the call"],
    ["--deadline <duration>", "how long the caller waits, as in 2s"],
    ["--constellation <label>", "pin the call to a constellation"],
  ],
  examples: [
    [`tulle call navigator -d '{"robot":"r7"}' --key r7`, "the answer"],
    ["tulle call navigator -v", "and which revision gave it, and why"],
  ],
  run: async (command) => {
    const { callService } = await import("../calling/call-service.ts");
    return { view: await callService(command) };
  },
};
