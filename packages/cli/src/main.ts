/** The process: one command line, one exit code. */
import { runTulle } from "./program/program.ts";
import { processTerminal } from "./program/terminal.ts";

/** Runs the process's own command line. */
export async function main(): Promise<void> {
  const interrupt = new AbortController();
  // The first Ctrl-C asks a command to end; a command that has more to end listens for the second itself.
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
  // A reader such as `head` that goes away is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
  });
  process.exitCode = await runTulle(process.argv.slice(2), processTerminal(), interrupt.signal);
}
