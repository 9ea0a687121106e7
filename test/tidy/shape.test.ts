import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { files, packageJson, packageNames, read, sources } from "./tree.ts";

const LONGEST_FILE_LINES = 300;
const LONGEST_LINE = 110;

describe("files", () => {
  it(`have at most ${LONGEST_FILE_LINES} lines`, () => {
    const long = sources.filter((file) => read(file).split("\n").length - 1 > LONGEST_FILE_LINES);
    expect(long).toEqual([]);
  });

  it(`have lines of at most ${LONGEST_LINE} characters`, () => {
    const wide = sources.flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((line, i) => (line.length > LONGEST_LINE ? [`${file}:${i + 1}`] : [])),
    );
    expect(wide).toEqual([]);
  });

  it("are named in kebab-case and not for an attic", () => {
    const odd = sources.filter((file) => !/^[a-z0-9.-]+$/.test(file.split("/").at(-1)!));
    const attics = sources.filter((file) => /(^|\/)(utils?|common|helpers?|types|misc)(\/|\.ts$)/.test(file));
    expect([...odd, ...attics]).toEqual([]);
  });

  it("leave nothing open without an owner", () => {
    const open = sources.flatMap((file) =>
      [...read(file).matchAll(/\b(TODO|FIXME|XXX)\b(?!\([a-z-]+\))/g)].map((match) => `${file}: ${match[0]}`),
    );
    expect(open.filter((line) => !line.startsWith("test/tidy/shape.test.ts"))).toEqual([]);
  });

  it("export names one by one and no default but where a tool asks for it", () => {
    const tools = /(^|\/)(vitest\.config\.ts|tulle\.config\.ts)$/;
    const loose = sources.filter((file) => {
      const text = read(file);
      return /^export \* from/m.test(text) || (!tools.test(file) && /^export default/m.test(text));
    });
    expect(loose.filter((file) => !file.includes("/fixtures/"))).toEqual([]);
  });
});

describe("packages", () => {
  it.each(packageNames)("%s is introduced by one sentence in its manifest", (name) => {
    expect(packageJson(name).description).toMatch(/^.{20,160}\.$/);
  });

  it.each(packageNames)("%s exports exactly its public folders", (name) => {
    const indexes = sources
      .map((file) => new RegExp(`^packages/${name}/src/(?:([^/]+)/)?index\\.ts$`).exec(file))
      .filter((match) => match !== null)
      .map((match) => (match[1] === undefined ? "." : `./${match[1]}`));
    const declared = Object.entries(packageJson(name).exports ?? {})
      .filter(([, target]) => target["tulle-source"]?.endsWith("/index.ts"))
      .map(([key]) => key);
    expect(declared.sort()).toEqual(indexes.sort());
  });

  it("introduce every public folder with a doc comment", () => {
    const bare = sources.filter(
      (file) => /\/src\/(.+\/)?index\.ts$/.test(file) && !read(file).startsWith("/**"),
    );
    expect(bare).toEqual([]);
  });

  it("introduce every internal folder with a doc comment in one of its files", () => {
    const folders = new Set(
      sources.filter((file) => /^packages\/[^/]+\/src\/.+\//.test(file)).map((file) => dirname(file)),
    );
    const silent = [...folders].filter(
      (folder) =>
        !folder.includes("/fixtures") &&
        !files.some((file) => dirname(file) === folder && file.endsWith(".ts") && startsWithDoc(file)),
    );
    expect(silent).toEqual([]);
  });
});

/** A file's own doc comment, before or after its imports. */
function startsWithDoc(file: string): boolean {
  return /^(import [\s\S]*?;\n|\n)*\/\*\*/.test(read(file));
}
