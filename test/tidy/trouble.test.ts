import { errorRegistry } from "@tulle/core/errors";
import { describe, expect, it } from "vitest";
import { files, read } from "./tree.ts";

const page = read("docs/reference/trouble.md");

describe("the page of trouble", () => {
  it("names only tests that exist", () => {
    const named = [...page.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map((match) => match[1]!);
    const paths = named.map((name) => (name.includes("/") ? name : `test/system/${name}`));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !files.includes(path))).toEqual([]);
  });

  it("names only codes that are registered", () => {
    const codes = [...page.matchAll(/TULLE\d{4}/g)].map((match) => match[0]);
    expect(codes.filter((code) => !Object.hasOwn(errorRegistry, code))).toEqual([]);
  });
});
