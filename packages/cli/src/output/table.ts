/**
 * Tables as people and `awk` read them: a header, one line a row, columns two spaces apart, nothing drawn.
 *
 * On a terminal the last column is cut to the width so that a row stays one line; in a pipe nothing is ever
 * cut. Numbers align to the right.
 */
import { type Style, withoutStyle } from "./style.ts";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row, style: Style) => string | number;
  /** Only with `--output wide`. */
  readonly wide?: boolean;
}

export interface TableOptions {
  readonly style: Style;
  readonly wide: boolean;
  /** Width of the terminal, null where there is none. */
  readonly columns: number | null;
  /** Said in place of a table without rows. */
  readonly empty: string;
}

const GAP = "  ";

export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: TableOptions,
): string {
  const { style } = options;
  if (rows.length === 0) return options.empty;
  const shown = columns.filter((column) => options.wide || column.wide !== true);
  const numeric = shown.map((column) => rows.every((row) => typeof column.cell(row, style) === "number"));
  const body = rows.map((row) => shown.map((column) => oneLine(String(column.cell(row, style)))));
  const titles = shown.map((column) => column.title);
  const widths = titles.map((title, i) =>
    Math.max(widthOf(title), ...body.map((cells) => widthOf(cells[i]!))),
  );
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) => pad(cell, widths[i]!, numeric[i]!, i === cells.length - 1));
    return cut(padded.join(GAP), options.columns);
  };
  return [style.dim(line(titles)), ...body.map(line)].join("\n");
}

/** Columns a text takes: control codes none, everything else one. */
export function widthOf(text: string): number {
  return [...withoutStyle(text)].length;
}

function pad(text: string, width: number, right: boolean, last: boolean): string {
  const blank = " ".repeat(Math.max(0, width - widthOf(text)));
  if (right) return blank + text;
  return last ? text : text + blank;
}

function cut(line: string, columns: number | null): string {
  if (columns === null || widthOf(line) <= columns) return line;
  return `${[...withoutStyle(line)].slice(0, Math.max(0, columns - 1)).join("")}…`;
}

/** A value with a line break or a control code must not break the table, nor the terminal. */
function oneLine(text: string): string {
  return [...text].some(isControl) ? [...text].map((c) => (isControl(c) ? " " : c)).join("") : text;
}

/** The escape that begins a colour is let through; nothing else below a space is. */
function isControl(character: string): boolean {
  return (character < " " && character !== "\u001b") || character === "\u007f";
}
