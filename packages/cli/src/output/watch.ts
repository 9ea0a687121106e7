/**
 * Shows an answer again and again: on a terminal in place, elsewhere only what changed, with `--json` one
 * line for each change.
 *
 * Loading again at a fixed pace instead of being told keeps every command watchable without a second
 * protocol; at one look a second this costs control nothing that it would notice.
 */

import type { OutputStream } from "../program/terminal.ts";
import type { Output, View } from "./output.ts";

export interface WatchOptions {
  readonly output: Output;
  readonly stdout: OutputStream;
  readonly load: () => Promise<View>;
  /** Resolves after a pause; rejects or returns when the watch is over. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

export const WATCH_PACE_MS = 1_000;

export async function watch(options: WatchOptions): Promise<void> {
  const show = presenter(options);
  while (!options.signal.aborted) {
    show(await options.load());
    await options.pause(WATCH_PACE_MS);
  }
}

function presenter({ output, stdout }: WatchOptions): (view: View) => void {
  if (output.format === "json") return onChange((view) => JSON.stringify(view.data), output.print);
  const text = (view: View) => view.text(output.look);
  return stdout.isTTY === true ? redraw(text, stdout) : appendChanges(text, output.print);
}

function onChange(text: (view: View) => string, print: (text: string) => void): (view: View) => void {
  let last: string | null = null;
  return (view) => {
    const now = text(view);
    if (now !== last) print(now);
    last = now;
  };
}

/** Moves up over what it wrote the last time and writes over it. */
function redraw(text: (view: View) => string, stdout: OutputStream): (view: View) => void {
  let lines = 0;
  return (view) => {
    const now = text(view).split("\n");
    const up = lines === 0 ? "" : `\u001b[${lines}A`;
    stdout.write(`${up}${now.map((line) => `\u001b[2K${line}\n`).join("")}\u001b[0J`);
    lines = now.length;
  };
}

/** The first answer whole, then the lines that were not in the one before. */
function appendChanges(text: (view: View) => string, print: (text: string) => void): (view: View) => void {
  let before: ReadonlySet<string> = new Set();
  return (view) => {
    const now = text(view).split("\n");
    const fresh = now.filter((line) => !before.has(line));
    if (fresh.length > 0) print(fresh.join("\n"));
    before = new Set(now);
  };
}
