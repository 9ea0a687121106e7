/**
 * Where a command's words go: data on stdout, everything else on stderr, so that a pipe carries data and
 * nothing else, in every format.
 */
import type { Globals, OutputFormat } from "../program/globals.ts";
import type { Terminal } from "../program/terminal.ts";
import { newStyle, type Style } from "./style.ts";

/** One answer in every shape it can be asked for. */
export interface View {
  /** For `--json`: plain JSON. */
  readonly data: unknown;
  /** For people. */
  readonly text: (look: Look) => string;
}

/** How a text is to look. */
export interface Look {
  readonly style: Style;
  readonly wide: boolean;
  /** Width of the terminal, null where there is none. */
  readonly columns: number | null;
}

export interface Output {
  readonly format: OutputFormat;
  readonly verbose: boolean;
  readonly style: Style;
  readonly look: Look;
  /** Data. */
  show(view: View): void;
  /** Data, as one JSON document. */
  document(value: unknown, oneLine?: boolean): void;
  /** Data, as text. */
  print(text: string): void;
  /** A progress line; not shown with `--quiet`. */
  note(text: string): void;
  /** A line about what went wrong. */
  complain(text: string): void;
}

export function newOutput(terminal: Terminal, globals: Globals): Output {
  const style = newStyle(globals.color);
  const look: Look = {
    style,
    wide: globals.output === "wide",
    columns: terminal.stdout.isTTY === true ? (terminal.stdout.columns ?? null) : null,
  };
  const print = (text: string) => void terminal.stdout.write(`${text}\n`);
  const document = (value: unknown, oneLine = false) =>
    print(JSON.stringify(value, null, oneLine ? undefined : 2));
  return {
    format: globals.output,
    verbose: globals.verbose,
    style,
    look,
    print,
    document,
    show: (view) => (globals.output === "json" ? document(view.data) : print(view.text(look))),
    note: (text) => void (globals.quiet || terminal.stderr.write(`${text}\n`)),
    complain: (text) => void terminal.stderr.write(`${text}\n`),
  };
}
