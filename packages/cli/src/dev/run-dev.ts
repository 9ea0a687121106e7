/** `tulle dev`: a session with lines around it, until somebody ends it. */
import type { CommandCall } from "../commands/command.ts";
import { type ExitCode, INTERRUPTED, OK } from "../program/exit-code.ts";
import { report, wrongUsage } from "../program/failure.ts";
import { eventLine, readyLines } from "./dev-lines.ts";
import { type DevSession, startDev } from "./dev-session.ts";
import type { DevOptions } from "./options.ts";

export async function runDev(call: CommandCall): Promise<ExitCode> {
  const { output, signal } = call;
  const startedAtMs = performance.now();
  let session: DevSession;
  try {
    session = await startDev(devOptions(call));
  } catch (error) {
    return signal.aborted ? INTERRUPTED : startFailure(await report(error, output, call.terminal.cwd));
  }
  if (output.format === "json") output.document({ urls: session.urls, dataFolder: session.dataFolder }, true);
  for (const line of readyLines(session, performance.now() - startedAtMs, output.style)) output.note(line);
  await interrupted(signal);
  output.note("stopping; Ctrl-C again to end everything at once");
  const killed = killOnSecondInterrupt(session);
  await Promise.race([session.close(), killed]);
  output.note("stopped");
  return OK;
}

/**
 * A run that cannot start has failed, whatever kept it from it; only the configuration and the usage have
 * codes of their own.
 */
function startFailure(exit: ExitCode): ExitCode {
  return exit === 2 || exit === 3 || exit === 4 ? exit : 1;
}

function devOptions({ globals, options, output, terminal, signal }: CommandCall): DevOptions {
  const data = options.text("data");
  const ports = {
    gateway: readPort(options.text("port")),
    control: readPort(options.text("controlPort")),
    platform: readPort(options.text("platformPort")),
  };
  return {
    cwd: terminal.cwd,
    env: terminal.env,
    ...(globals.config !== null && { config: globals.config }),
    ...(globals.environment !== null && { environment: globals.environment }),
    ...(data !== null && { dataFolder: data }),
    ports: Object.fromEntries(Object.entries(ports).filter(([, port]) => port !== undefined)),
    watch: !options.off("watch"),
    freeze: options.flag("freeze"),
    signal,
    onEvent: (event) => {
      const line = eventLine(event, output.style);
      if (line !== null) output.note(line);
    },
  };
}

/** Throws TULLE6001. */
function readPort(text: string | null): number | undefined {
  if (text === null) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw wrongUsage(`"${text}" is no port: it is a number from 0 to 65535.`);
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function killOnSecondInterrupt(session: DevSession): Promise<void> {
  return new Promise(() => {
    for (const name of ["SIGINT", "SIGTERM"] as const)
      process.once(name, () => {
        session.kill();
        process.exit(INTERRUPTED);
      });
  });
}
