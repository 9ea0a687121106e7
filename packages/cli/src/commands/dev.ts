import type { CommandDefinition } from "./command.ts";

/** Runs a whole mesh on this machine. */
export const dev: CommandDefinition = {
  usage: "dev",
  summary: "run the mesh on this machine: platform, control plane, gateways and every local service",
  options: [
    ["--port <port>", "of the first gateway (0 for any)"],
    ["--control-port <port>", "of the control plane (0 for any)"],
    ["--platform-port <port>", "of the Lambda endpoint (0 for any)"],
    ["--data <folder>", "where state is kept (default: .tulle beside the configuration)"],
    ["--no-watch", "do not apply and deploy again when files change"],
    ["--freeze", "stop function processes between invocations, as Lambda does"],
  ],
  examples: [
    ["tulle dev", "in the folder of a tulle.yaml"],
    ["tulle dev -c examples/robot-fleet/tulle.yaml --port 8080", "another one, with a fixed door"],
  ],
  run: async (call) => {
    const { runDev } = await import("../dev/run-dev.ts");
    return { exit: await runDev(call) };
  },
};
