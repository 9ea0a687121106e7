/**
 * What a command is: a description that `--help` reads and a `run` that is only called when the command is.
 *
 * Descriptions are loaded with the program, so a command's file imports nothing heavy; `run` imports what
 * it needs. That is what keeps `tulle --help` within its 150 ms while `tulle dev` carries a bundler, a
 * database and a server.
 */
import type { Output, View } from "../output/output.ts";
import type { ExitCode } from "../program/exit-code.ts";
import type { Globals } from "../program/globals.ts";
import type { Terminal } from "../program/terminal.ts";

export interface CommandDefinition {
  /** Name and arguments in commander's spelling: `resolve <name>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly OptionDefinition[];
  /** Command lines with what they do, for the help. */
  readonly examples?: readonly (readonly [line: string, what: string])[];
  /** Whether `--watch` makes sense: running again is harmless and gives a view. */
  readonly watchable?: boolean;
  readonly run: (call: CommandCall) => Promise<Result>;
}

export type OptionDefinition = readonly [flags: string, description: string, fallback?: string];

export interface CommandCall {
  readonly args: readonly (string | undefined)[];
  readonly options: CommandOptions;
  readonly globals: Globals;
  readonly output: Output;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C and by `--timeout` of a single answer. */
  readonly signal: AbortSignal;
}

/** Parsed options by their long name in camel case. */
export interface CommandOptions {
  text(name: string): string | null;
  flag(name: string): boolean;
  /** Whether `--no-NAME` was given. */
  off(name: string): boolean;
  /** Values of an option that may be given several times. */
  list(name: string): readonly string[];
}

/**
 * What a run came to: `view` is shown, or watched by running again; `exit` is 0 where absent.
 */
export interface Result {
  readonly view?: View;
  readonly exit?: ExitCode;
}
