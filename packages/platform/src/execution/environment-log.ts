import { createLineSplitter } from "./line-splitter.ts";
import type { LogTail } from "./log-tail.ts";

/**
 * The log of one environment: output and the platform's own lines, in order, to the function's log and the
 * tail.
 */
export interface EnvironmentLog {
  output(source: "stdout" | "stderr", chunk: Buffer): void;
  line(text: string): void;
  /** Gives out what the function wrote without an end of line. */
  flush(): void;
  /** Where the invocation at hand collects its share; null where nobody asked. */
  follow(tail: LogTail | null): void;
}

export function createEnvironmentLog(sink: (line: string) => void): EnvironmentLog {
  let followed: LogTail | null = null;
  const line = (text: string): void => {
    followed?.add(text);
    sink(text);
  };
  const splitters = { stdout: createLineSplitter(line), stderr: createLineSplitter(line) };
  return {
    line,
    output: (source, chunk) => splitters[source].push(chunk),
    flush() {
      splitters.stdout.flush();
      splitters.stderr.flush();
    },
    follow(tail) {
      followed = tail;
    },
  };
}
