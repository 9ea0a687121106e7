/** The last bytes of an invocation's log, for `X-Amz-Log-Result`; bounded however much is written. */
export interface LogTail {
  add(line: string): void;
  /** The last 4 KB in base64. */
  encode(): string;
}

export const LOG_TAIL_BYTES = 4096;

export function createLogTail(): LogTail {
  let lines: Buffer[] = [];
  let bytes = 0;
  return {
    add(line) {
      const encoded = Buffer.from(`${line}\n`, "utf8");
      lines.push(encoded);
      bytes += encoded.length;
      if (bytes < 16 * LOG_TAIL_BYTES) return;
      const kept = Buffer.concat(lines).subarray(-LOG_TAIL_BYTES);
      lines = [kept];
      bytes = kept.length;
    },
    encode: () => Buffer.concat(lines).subarray(-LOG_TAIL_BYTES).toString("base64"),
  };
}
