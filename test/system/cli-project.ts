/** What the command line's tests share: a project, commands, a run, and the processes that it started. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
export const tulle: string = join(root, "packages/cli/bin/tulle.js");
export const node: string = join(root, "node_modules/node/bin/node");

const folder = mkdtempSync(join(tmpdir(), "tulle-cli-dev-"));
const started: ChildProcess[] = [];

/** A copy of the two functions that a test may edit. */
export function newProject(name: string): string {
  const project = join(folder, name);
  cpSync(join(here, "fixtures/two-functions"), project, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  return project;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(project: string, ...args: string[]): Promise<Finished> {
  const child = spawn(node, [tulle, ...args], { cwd: project });
  return finish(child);
}

/** The command as another user. */
export function runAs(uid: number | undefined, project: string, ...args: string[]): Promise<Finished> {
  const user = uid === undefined ? {} : { uid, gid: uid };
  return finish(spawn(node, [tulle, ...args], { cwd: project, ...user }));
}

export function finish(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked into by its test.
export async function json(project: string, ...args: string[]): Promise<any> {
  const { stdout } = await run(project, ...args, "--json");
  return JSON.parse(stdout);
}

export interface Dev {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  readonly lines: () => string;
}

/** Nothing that another test may have. */
export const anyPorts: readonly string[] = ["--port", "0", "--control-port", "0", "--platform-port", "0"];

export async function startDev(project: string, ...args: string[]): Promise<Dev> {
  const child = spawn(node, [tulle, "dev", ...anyPorts, ...args], { cwd: project });
  started.push(child);
  const finished = finish(child);
  let text = "";
  const ready = new Promise<void>((resolve) => {
    child.stderr?.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("Ctrl-C stops everything")) resolve();
    });
  });
  const ended = finished.then(({ stderr }) => Promise.reject(new Error(`tulle dev ended: ${stderr}`)));
  await Promise.race([ready, ended]);
  ended.catch(() => {});
  return { child, finished, lines: () => text };
}

/**
 * Processes that run in the project's folder or name it: the run itself, control, gateways, functions, the
 * bundler.
 */
export function processesOf(project: string): readonly string[] {
  const all = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return all.filter(
    (line) => line.includes(project) || folderOf(Number.parseInt(line, 10)).startsWith(project),
  );
}

/** Where a process runs; empty where the system does not say. */
function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

/** Ends what a test left running and removes the projects. */
export function cleanUp(): void {
  for (const child of started) if (child.exitCode === null) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
