import Module, { createRequire } from "node:module";

/** What a spare process is told over its channel: which function it is. */
interface Assignment {
  readonly codeFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Files of `-r` in NODE_OPTIONS, which Node itself would have loaded at its start. */
  readonly preloads: readonly string[];
}

/** Makes this process what it would be if it had been started for the function. */
export function become(text: string): void {
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
