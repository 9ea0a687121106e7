/**
 * A part that runs as a process of its own: started, waited for until its ready line, stopped by its id.
 *
 * The ready line is the first line on its standard output that is a JSON object with a `url`. Every other
 * line is handed on. A child has a process group of its own, so that Ctrl-C in a terminal reaches only the
 * run, which then stops its parts in order; and it is told to end with its parent, so that it does not
 * outlive a run that was killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { failureOf } from "./child-failure.ts";
import { fromSource } from "./entry-points.ts";

export interface ChildOptions {
  /** As people see it: `control`, `gateway/edge`. */
  readonly name: string;
  /** Absolute path of the module to run. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

export interface Child {
  readonly pid: number;
  readonly ready: ReadyLine;
  /** Resolves when the process is gone, with how it went. */
  readonly exited: Promise<string>;
  /** Asks the process to end, and ends it after the grace. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

export interface ReadyLine {
  readonly url: string;
  readonly [name: string]: unknown;
}

const KEPT_LINES = 20;

/** Throws the part's own coded error, or TULLE6008, when it ends before it is ready. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const running = spawn(process.execPath, nodeArguments(options), {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: childEnvironment(options.env),
  });
  const lastLines: string[] = [];
  const onLine = (line: string) => {
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
    options.onLine(line);
  };
  const exited = exitOf(running);
  forEachLine(running.stderr, onLine);
  const ready = await Promise.race([
    readyLine(running, onLine),
    exited.then((how) => {
      throw failureOf(options.name, how, lastLines);
    }),
  ]);
  const kill = () => void running.kill("SIGKILL");
  return {
    pid: running.pid!,
    ready,
    exited,
    kill,
    stop: async (graceMs) => {
      running.kill("SIGTERM");
      const late = setTimeout(kill, graceMs);
      await exited;
      clearTimeout(late);
    },
  };
}

function nodeArguments({ entry, args }: ChildOptions): readonly string[] {
  const conditions = fromSource ? ["--conditions=tulle-source"] : [];
  return [...conditions, entry, ...args, "--with-parent"];
}

/** `NODE_OPTIONS` are for the process that they were given to. */
function childEnvironment(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  return { ...inherited, ...own };
}

function exitOf(running: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    running.once("error", (error) => resolve(`could not be started: ${error.message}`));
    running.once("exit", (code, signal) =>
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
  });
}

function readyLine({ stdout }: ChildProcess, onLine: (line: string) => void): Promise<ReadyLine> {
  return new Promise((resolve) => {
    forEachLine(stdout, (line) => {
      const ready = parseReady(line);
      if (ready === null) onLine(line);
      else resolve(ready);
    });
  });
}

function parseReady(line: string): ReadyLine | null {
  if (!line.startsWith("{")) return null;
  try {
    const value = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return typeof value["url"] === "string" ? (value as ReadyLine) : null;
  } catch {
    return null;
  }
}

function forEachLine(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream !== null)
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", onLine);
}
