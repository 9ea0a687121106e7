/** The `tulle` command line as a function, for tests and for programs that embed it. */
export type { ExitCode } from "./program/exit-code.ts";
export { runTulle } from "./program/program.ts";
export type { OutputStream, Terminal } from "./program/terminal.ts";
