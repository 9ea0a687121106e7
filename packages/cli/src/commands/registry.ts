/** Every command, in the order in which `--help` lists them. */
import { analyze } from "./analyze.ts";
import { apply } from "./apply.ts";
import { call } from "./call.ts";
import type { CommandDefinition } from "./command.ts";
import { dev } from "./dev.ts";
import { explain } from "./explain.ts";
import { get } from "./get.ts";
import { plan } from "./plan.ts";
import { resolve } from "./resolve.ts";
import { status } from "./status.ts";
import { version } from "./version.ts";

export const commands: readonly CommandDefinition[] = [
  dev,
  analyze,
  plan,
  apply,
  get,
  resolve,
  explain,
  call,
  status,
  version,
];
