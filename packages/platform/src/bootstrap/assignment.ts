import { readSync } from "node:fs";
import Module, { createRequire } from "node:module";

/** What a spare process is told on standard input: which function it is. JSON, ended by the end of input. */
interface Assignment {
  readonly codeFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Files of `-r` in NODE_OPTIONS, which Node itself would have loaded at its start. */
  readonly preloads: readonly string[];
}

/**
 * Waits for the assignment and becomes it. The read blocks, which is all that a spare has to do and needs no
 * event loop; an end of input without an assignment means that the platform is gone.
 */
export function readAssignment(): void {
  const text = readInput();
  if (text === "") process.exit(0);
  const assignment = JSON.parse(text) as Assignment;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, assignment.environment);
  process.chdir(assignment.codeFolder);
  process.argv.splice(2, 1);
  // Reads NODE_PATH again; what Node does with it once, at its start.
  (Module as unknown as { _initPaths(): void })._initPaths();
  const require = createRequire(`${assignment.codeFolder}/`);
  for (const preload of assignment.preloads) require(preload);
}

function readInput(): string {
  const parts: Buffer[] = [];
  const part = Buffer.allocUnsafe(64 * 1024);
  for (;;) {
    let bytes: number;
    try {
      bytes = readSync(0, part);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EOF") break;
      throw error;
    }
    if (bytes === 0) break;
    parts.push(Buffer.from(part.subarray(0, bytes)));
  }
  return Buffer.concat(parts).toString("utf8");
}
