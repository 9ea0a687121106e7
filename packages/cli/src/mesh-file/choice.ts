/** The configuration that a command's options mean. */
import type { CommandCall } from "../commands/command.ts";
import type { MeshFileChoice } from "./load.ts";

export function choiceOf({ globals, terminal }: CommandCall): MeshFileChoice {
  return { file: globals.config, folder: terminal.cwd, environment: globals.environment };
}
