import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * The log file of one function: the lines of all its environments in the order of their appearance.
 *
 * Lines are collected and written in one go, at the latest after a few milliseconds and synchronously: memory
 * stays bounded by the size of a batch however fast a function writes, and no line is lost between a stream
 * and the disk. A full file is renamed to `.1`, so that a function that floods its log keeps two files of
 * bounded size.
 */
export interface FunctionLog {
  write(line: string): void;
  close(): void;
}

export interface FunctionLogOptions {
  readonly file: string;
  readonly maxFileBytes: number;
  /** A write failed; told once. */
  readonly onFailure: (error: Error) => void;
}

const BATCH_CHARACTERS = 64 * 1024;
const FLUSH_DELAY_MS = 20;

export function openFunctionLog(options: FunctionLogOptions): FunctionLog {
  return new Log(options);
}

class Log implements FunctionLog {
  readonly #options: FunctionLogOptions;
  #descriptor: number | null = null;
  #fileBytes = 0;
  #batch = "";
  #timer: NodeJS.Timeout | null = null;
  #failed = false;

  constructor(options: FunctionLogOptions) {
    this.#options = options;
  }

  write(line: string): void {
    this.#batch += `${line}\n`;
    if (this.#batch.length >= BATCH_CHARACTERS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_DELAY_MS);
  }

  close(): void {
    this.#flush();
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#batch === "") return;
    const bytes = Buffer.from(this.#batch, "utf8");
    this.#batch = "";
    try {
      this.#descriptor ??= this.#open();
      if (this.#fileBytes > 0 && this.#fileBytes + bytes.length > this.#options.maxFileBytes) this.#rotate();
      writeSync(this.#descriptor!, bytes);
      this.#fileBytes += bytes.length;
    } catch (error) {
      if (!this.#failed) this.#options.onFailure(error as Error);
      this.#failed = true;
    }
  }

  #open(): number {
    mkdirSync(dirname(this.#options.file), { recursive: true });
    const descriptor = openSync(this.#options.file, "a");
    this.#fileBytes = fstatSync(descriptor).size;
    return descriptor;
  }

  #rotate(): void {
    renameSync(this.#options.file, `${this.#options.file}.1`);
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
    this.#descriptor = this.#open();
  }
}
