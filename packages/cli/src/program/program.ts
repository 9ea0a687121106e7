/** The program: commands from the registry, their options and help, and what happens around a run. */
import { invariant } from "@tulle/core/errors";
import { Command, CommanderError } from "commander";
import type { CommandCall, CommandDefinition, CommandOptions, Result } from "../commands/command.ts";
import { commands } from "../commands/registry.ts";
import { newOutput, type Output } from "../output/output.ts";
import { watch } from "../output/watch.ts";
import { type ExitCode, INTERRUPTED, OK } from "./exit-code.ts";
import { report, wrongUsage } from "./failure.ts";
import { addGlobalOptions, type Globals, readGlobals } from "./globals.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one command line (without the interpreter and the script) and names the exit code. Never rejects. */
export async function runTulle(
  argv: readonly string[],
  terminal: Terminal,
  interrupt: AbortSignal = new AbortController().signal,
): Promise<ExitCode> {
  const outcome: { exit: ExitCode } = { exit: OK };
  const program = newProgram(terminal);
  for (const definition of commands) {
    const command = addCommand(program, definition);
    command.action(async () => {
      outcome.exit = await perform(definition, command, terminal, interrupt);
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return outcome.exit;
  } catch (error) {
    return refuse(error, argv, terminal);
  }
}

function newProgram(terminal: Terminal): Command {
  return new Command("tulle")
    .description("A service mesh for serverless applications.")
    .configureHelp({ showGlobalOptions: false, helpWidth: terminal.stdout.columns ?? 100 })
    .helpCommand(false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      outputError: () => {},
    });
}

function addCommand(program: Command, definition: CommandDefinition): Command {
  const command = program.command(definition.usage).description(definition.summary);
  for (const [flags, description, fallback] of definition.options ?? []) {
    if (flags.endsWith("...")) command.option(flags.slice(0, -3), description, gather, []);
    else command.option(flags, description, fallback);
  }
  addGlobalOptions(command);
  const examples = definition.examples ?? [];
  const width = Math.max(0, ...examples.map(([line]) => line.length));
  if (examples.length > 0) {
    const lines = examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`);
    command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
  }
  return command.exitOverride().allowExcessArguments(false);
}

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function perform(
  definition: CommandDefinition,
  command: Command,
  terminal: Terminal,
  interrupt: AbortSignal,
): Promise<ExitCode> {
  const given = command.opts();
  const globals = readGlobals(given, terminal);
  const output = newOutput(terminal, globals);
  const call: CommandCall = {
    args: command.args,
    options: readOptions(given),
    globals,
    output,
    terminal,
    signal: interrupt,
  };
  try {
    if (globals.watch) return await performWatched(definition, call, output, terminal);
    return finish(await definition.run(call), output);
  } catch (error) {
    return interrupt.aborted ? INTERRUPTED : report(error, output, terminal.cwd);
  }
}

function finish({ view, exit }: Result, output: Output): ExitCode {
  if (view !== undefined) output.show(view);
  return exit ?? OK;
}

async function performWatched(
  definition: CommandDefinition,
  call: CommandCall,
  output: Output,
  terminal: Terminal,
): Promise<ExitCode> {
  if (definition.watchable !== true)
    throw wrongUsage(`\`tulle ${definition.usage.split(" ")[0]}\` cannot be watched.`);
  const load = async () => {
    const { view } = await definition.run(call);
    invariant(view !== undefined, "a command that can be watched has a view");
    return view;
  };
  await watch({ output, stdout: terminal.stdout, load, pause: pauseUntil(call.signal), signal: call.signal });
  return INTERRUPTED;
}

function pauseUntil(signal: AbortSignal): (ms: number) => Promise<void> {
  return (ms) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
      signal.addEventListener("abort", done, { once: true });
    });
}

function readOptions(given: Readonly<Record<string, unknown>>): CommandOptions {
  return {
    text: (name) => (typeof given[name] === "string" ? given[name] : null),
    flag: (name) => given[name] === true,
    off: (name) => given[name] === false,
    list: (name) => (Array.isArray(given[name]) ? given[name] : []),
  };
}

/** What commander did not take: help and version that were asked for are no failure. */
async function refuse(error: unknown, argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (error instanceof CommanderError && error.exitCode === 0) return OK;
  if (error instanceof CommanderError && error.code === "commander.help") return 2;
  const json = argv.includes("--json") || argv.join(" ").includes("-o json");
  const globals: Globals = readGlobals({ json, color: !argv.includes("--no-color") }, terminal);
  const failure =
    error instanceof CommanderError ? wrongUsage(sentence(error.message.replace(/^error: /, ""))) : error;
  return report(failure, newOutput(terminal, globals), terminal.cwd);
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!)]$/.test(upper) ? upper : `${upper}.`;
}
