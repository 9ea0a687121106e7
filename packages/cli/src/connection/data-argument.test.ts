import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readData, readPairs } from "./data-argument.ts";

const folder = mkdtempSync(join(tmpdir(), "tulle-data-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const unreadable = expect.objectContaining({ code: "TULLE6006" });

test("reads JSON, given or in a file", () => {
  writeFileSync(join(folder, "event.json"), '{"a":1}');
  expect(readData('{"a":1}', folder)).toEqual({ a: 1 });
  expect(readData("@event.json", folder)).toEqual({ a: 1 });
});

test("says what is not JSON and which file cannot be read", () => {
  writeFileSync(join(folder, "bad.json"), "{oops");
  expect(() => readData("{oops", folder)).toThrow(unreadable);
  expect(() => readData("@bad.json", folder)).toThrow(/bad\.json is not JSON/);
  expect(() => readData("@absent.json", folder)).toThrow(/Cannot read absent\.json/);
});

test("reads name=value pairs, with equals signs in the value", () => {
  expect(readPairs(["a=1", "b=x=y", "c="])).toEqual({ a: "1", b: "x=y", c: "" });
  for (const pair of ["a", "=1"]) expect(() => readPairs([pair])).toThrow(unreadable);
});
