/** The options that every command takes. */
import type { Command } from "commander";
import { readDuration } from "./duration.ts";
import { wrongUsage } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

export interface Globals {
  /** Configuration file; null finds one. */
  readonly config: string | null;
  readonly environment: string | null;
  /** Base URL of control; null takes that of the local run. */
  readonly endpoint: string | null;
  readonly output: OutputFormat;
  readonly watch: boolean;
  readonly timeoutMs: number;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly yes: boolean;
}

export type OutputFormat = "table" | "wide" | "json";

const DEFAULT_TIMEOUT_MS = 10_000;

/** Adds the options to a command; they stand in a section of their own in its help. */
export function addGlobalOptions(command: Command): Command {
  return command
    .optionsGroup("Global options:")
    .option(
      "-c, --config <file>",
      "configuration file (default: tulle.yaml or tulle.config.ts, here or above)",
    )
    .option("-e, --env <name>", "environment whose patch is applied")
    .option("--endpoint <url>", "control plane (default: the one that `tulle dev` started)")
    .option("-o, --output <format>", "table, wide or json", "table")
    .option("--json", "the same as --output json")
    .option("-w, --watch", "show again when something changes")
    .option("--timeout <duration>", "longest wait for an answer, as in 500ms or 10s", "10s")
    .option("--no-color", "plain text (also: NO_COLOR)")
    .option("-q, --quiet", "no progress lines")
    .option("-v, --verbose", "say more")
    .option("--yes", "do not ask");
}

/** Settles parsed options. Throws TULLE6001 for an output format or a duration that does not exist. */
export function readGlobals(options: Readonly<Record<string, unknown>>, terminal: Terminal): Globals {
  const timeout = text(options["timeout"]);
  return {
    config: text(options["config"]),
    environment: text(options["env"]),
    endpoint: text(options["endpoint"]) ?? terminal.env["TULLE_ENDPOINT"] ?? null,
    output: options["json"] === true ? "json" : readFormat(text(options["output"]) ?? "table"),
    watch: options["watch"] === true,
    timeoutMs: timeout === null ? DEFAULT_TIMEOUT_MS : readDuration(timeout),
    color: options["color"] !== false && wantsColor(terminal),
    quiet: options["quiet"] === true,
    verbose: options["verbose"] === true,
    yes: options["yes"] === true,
  };
}

function readFormat(name: string): OutputFormat {
  if (name === "table" || name === "wide" || name === "json") return name;
  throw wrongUsage(`Unknown output format "${name}": it is table, wide or json.`);
}

/** `NO_COLOR` and `FORCE_COLOR` as their conventions say: present and not empty. */
function wantsColor({ env, stdout }: Terminal): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if ((env["FORCE_COLOR"] ?? "") !== "") return true;
  return stdout.isTTY === true && env["TERM"] !== "dumb";
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
