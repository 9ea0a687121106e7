import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openFunctionLog } from "./function-log.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { createLogTail } from "./log-tail.ts";

describe("the line splitter", () => {
  it("gives the same lines however the bytes are cut, characters included", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "\u20ac", "\u{1f600}", "\n") }),
        fc.array(fc.nat(5)),
        (text, cuts) => {
          const lines: string[] = [];
          const splitter = createLineSplitter((line) => lines.push(line));
          let at = 0;
          const bytes = Buffer.from(text);
          for (const cut of cuts) {
            splitter.push(bytes.subarray(at, at + cut));
            at += cut;
          }
          splitter.push(bytes.subarray(at));
          splitter.flush();
          const expected = text.split("\n");
          if (expected.at(-1) === "") expected.pop();
          expect(lines).toEqual(expected);
        },
      ),
    );
  });

  it("cuts a line that never ends", () => {
    const lengths: number[] = [];
    const splitter = createLineSplitter((line) => lengths.push(line.length));
    for (let i = 0; i < 10; i++) splitter.push(Buffer.alloc(100_000, "x"));
    splitter.push(Buffer.from("\n"));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(256 * 1024);
    expect(lengths.reduce((a, b) => a + b)).toBe(1_000_000);
  });
});

describe("the log tail", () => {
  it("is the last 4 KB of what was added", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3000 }), { maxLength: 60 }), (lines) => {
        const tail = createLogTail();
        for (const line of lines) tail.add(line);
        const whole = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        expect(Buffer.from(tail.encode(), "base64")).toEqual(whole.subarray(-4096));
      }),
    );
  });
});

describe("the log file", () => {
  it("keeps every line until it is full, then starts anew and keeps the one before", () => {
    const folder = mkdtempSync(join(tmpdir(), "tulle-log-"));
    const file = join(folder, "deep", "f.log");
    const log = openFunctionLog({
      file,
      maxFileBytes: 300_000,
      onFailure: (error) => expect(error).toBe(null),
    });
    for (let i = 0; i < 50_000; i++) log.write(`line ${i}`);
    log.close();
    expect(readdirSync(join(folder, "deep")).sort()).toEqual(["f.log", "f.log.1"]);
    expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(300_000);
    const kept = (readFileSync(`${file}.1`, "utf8") + readFileSync(file, "utf8")).trimEnd().split("\n");
    expect(kept.at(-1)).toBe("line 49999");
    expect(kept[0]).toBe(`line ${50_000 - kept.length}`);
    rmSync(folder, { recursive: true });
  });
});
