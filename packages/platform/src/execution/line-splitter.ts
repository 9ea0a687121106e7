import { StringDecoder } from "node:string_decoder";

/**
 * Cuts a stream of bytes into lines; a line longer than the bound is cut, so that a flood without ends stays
 * bounded.
 */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Gives out what stands without an end of line. */
  flush(): void;
}

/** Longest event that CloudWatch Logs takes. */
const MAX_LINE_CHARACTERS = 256 * 1024;

export function createLineSplitter(take: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return {
    push(chunk) {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop()!;
      for (const line of lines) cut(line, take);
      while (rest.length > MAX_LINE_CHARACTERS) {
        take(rest.slice(0, MAX_LINE_CHARACTERS));
        rest = rest.slice(MAX_LINE_CHARACTERS);
      }
    },
    flush() {
      if (rest === "") return;
      cut(rest, take);
      rest = "";
    },
  };
}

function cut(line: string, take: (line: string) => void): void {
  take(line.slice(0, MAX_LINE_CHARACTERS));
  for (let at = MAX_LINE_CHARACTERS; at < line.length; at += MAX_LINE_CHARACTERS) {
    take(line.slice(at, at + MAX_LINE_CHARACTERS));
  }
}
