import { expect, test } from "vitest";
import type { OutputFormat } from "../program/globals.ts";
import type { Output, View } from "./output.ts";
import { newStyle } from "./style.ts";
import { watch } from "./watch.ts";

/** Watches a list of answers, one after the other, and collects what is written. */
async function watched(answers: readonly (readonly string[])[], format: OutputFormat, isTTY = false) {
  const written: string[] = [];
  const stdout = { isTTY, write: (text: string) => written.push(text) > 0 };
  const style = newStyle(false);
  const output: Output = {
    format,
    verbose: false,
    style,
    look: { style, wide: false, columns: null },
    show: () => {},
    document: () => {},
    note: () => {},
    complain: () => {},
    print: (text) => void stdout.write(`${text}\n`),
  };
  const over = new AbortController();
  let next = 0;
  const load = async (): Promise<View> => {
    const lines = answers[next++]!;
    if (next === answers.length) over.abort();
    return { data: lines, text: () => lines.join("\n") };
  };
  await watch({ output, stdout, load, pause: async () => {}, signal: over.signal });
  return written.join("");
}

test("appends only what changed where nobody looks at a terminal", async () => {
  const written = await watched(
    [
      ["NAME", "a 1", "b 1"],
      ["NAME", "a 1", "b 1"],
      ["NAME", "a 1", "b 2"],
    ],
    "table",
  );
  expect(written).toBe("NAME\na 1\nb 1\nb 2\n");
});

test("writes one line of JSON for each change", async () => {
  expect(await watched([["a"], ["a"], ["b"]], "json")).toBe('["a"]\n["b"]\n');
});

test("draws over what it wrote before on a terminal", async () => {
  const written = await watched([["a", "b"], ["c"]], "table", true);
  expect(written).toBe("\u001b[2Ka\n\u001b[2Kb\n\u001b[0J\u001b[2A\u001b[2Kc\n\u001b[0J");
});
