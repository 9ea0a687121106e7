import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import { CHANNEL_DESCRIPTOR, encodeFrame } from "../runtime-api/frames.ts";
import type { Launch } from "../runtimes/driver.ts";
import type { Watchdog } from "./watchdog.ts";

/** One process of a runtime, in a process group of its own so that what it started ends with it. */
export interface FunctionProcess {
  readonly pid: number | null;
  /** The platform's end of the private channel; null where the runtime client has none. */
  readonly channel: Duplex | null;
  /** Takes over output and end; a process that was started ahead of need changes its owner here. */
  attach(owner: FunctionProcessOwner): void;
  /** Tells a spare over its channel who it is. */
  assign(assignment: string): void;
  stop(): void;
  resume(): void;
  kill(): void;
}

export interface FunctionProcessOwner {
  output(source: "stdout" | "stderr", chunk: Buffer): void;
  /** Once, after the last output. */
  ended(end: FunctionProcessEnd): void;
}

/** How a process ended. */
export type FunctionProcessEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "unstartable"; readonly message: string };

/** A descendant that left the group may hold the output open; after this it is no longer waited for. */
const OUTPUT_GRACE_MS = 250;

const NO_BODY = Buffer.alloc(0);

export function startProcess(launch: Launch, watchdog: Watchdog): FunctionProcess {
  return new Handle(launch, watchdog);
}

class Handle implements FunctionProcess {
  readonly channel: Duplex | null;
  readonly #child: ChildProcess;
  #owner: FunctionProcessOwner | null = null;
  #end: FunctionProcessEnd | null = null;
  #exited = false;

  constructor(launch: Launch, watchdog: Watchdog) {
    const child = spawn(launch.command, launch.args, {
      cwd: launch.cwd,
      env: launch.env,
      detached: true,
      stdio: launch.channel ? ["ignore", "pipe", "pipe", "pipe"] : ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.channel = (child.stdio[CHANNEL_DESCRIPTOR] as Duplex | null | undefined) ?? null;
    this.channel?.on("error", () => {});
    child.on("error", (error) => {
      if (child.pid === undefined) this.#finish({ kind: "unstartable", message: error.message });
    });
    if (child.pid === undefined) return;
    const { pid } = child;
    watchdog.watch(pid);
    child.once("exit", (code, signal) => {
      this.#exited = true;
      // Whatever is left of the group: the number cannot be taken again before this.
      signalGroup(pid, "SIGKILL");
      watchdog.unwatch(pid);
      const end: FunctionProcessEnd =
        signal === null ? { kind: "exit", code: code ?? 0 } : { kind: "signal", signal };
      const grace = setTimeout(() => this.#finish(end), OUTPUT_GRACE_MS);
      child.once("close", () => {
        clearTimeout(grace);
        this.#finish(end);
      });
    });
  }

  get pid(): number | null {
    return this.#exited ? null : (this.#child.pid ?? null);
  }

  attach(owner: FunctionProcessOwner): void {
    this.#owner = owner;
    listen(this.#child.stdout, (chunk) => this.#owner?.output("stdout", chunk));
    listen(this.#child.stderr, (chunk) => this.#owner?.output("stderr", chunk));
    if (this.#end !== null) queueMicrotask(() => this.#tell());
  }

  assign(assignment: string): void {
    this.channel?.write(encodeFrame(assignment, NO_BODY));
  }

  stop(): void {
    this.#signal("SIGSTOP");
  }

  resume(): void {
    this.#signal("SIGCONT");
  }

  kill(): void {
    this.#signal("SIGKILL");
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#exited || this.#child.pid === undefined) return;
    signalGroup(this.#child.pid, signal);
  }

  #finish(end: FunctionProcessEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.channel?.destroy();
    this.#tell();
  }

  #tell(): void {
    const owner = this.#owner;
    if (owner === null || this.#end === null) return;
    this.#owner = null;
    owner.ended(this.#end);
  }
}

function listen(stream: Readable | null, take: (chunk: Buffer) => void): void {
  stream?.removeAllListeners("data");
  stream?.on("data", take);
}

/** The group may be gone already. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody is left to receive it.
  }
}
