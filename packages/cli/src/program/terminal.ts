/**
 * The outside world of a command: streams, environment, folder. Handed in, so that tests can hand in
 * another.
 */
import type { Writable } from "node:stream";

export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether somebody can be asked. */
  readonly interactive: boolean;
}

export type OutputStream = Pick<Writable, "write"> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

export function processTerminal(): Terminal {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}
