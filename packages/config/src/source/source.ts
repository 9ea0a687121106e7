/** One file of a configuration, and the way from an offset in it to a line and a column. */
import type { Location } from "../location.ts";

export interface Source {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  /** Offsets at which lines begin. */
  readonly lineStarts: readonly number[];
}

/** Lines longer than this are located but not quoted. */
const LONGEST_QUOTED_LINE = 400;

export function newSource(file: string, text: string): Source {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  return { file, text, lineStarts };
}

/** Number of the line, from 0, that an offset falls into. */
export function lineIndexOf(source: Source, offset: number): number {
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (source.lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Line, column and length of a stretch; what goes over the end of its first line is cut off. */
export function locate(source: Source, start: number, end: number): Location {
  const index = lineIndexOf(source, start);
  const lineStart = source.lineStarts[index]!;
  const nextStart = source.lineStarts[index + 1] ?? source.text.length + 1;
  const line = source.text.slice(lineStart, nextStart - 1).replace(/\r$/, "");
  const column = Math.min(start - lineStart, line.length);
  const length = Math.max(1, Math.min(end - start, line.length - column));
  return {
    file: source.file,
    line: index + 1,
    column: column + 1,
    length,
    lineText: line.length > LONGEST_QUOTED_LINE ? "" : line,
  };
}
