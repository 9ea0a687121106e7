import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorRegistry } from "@tulle/core/errors";
import { describe, expect, it } from "vitest";
import { renderErrorsPage } from "../../tools/errors-page.ts";
import { files, packageNames, read, root, sources } from "./tree.ts";

const pages = files.filter((file) => file.endsWith(".md"));

describe("documentation", () => {
  it("lists exactly the registered error codes (npm run docs writes the page)", () => {
    expect(read("docs/reference/errors.md")).toBe(renderErrorsPage(errorRegistry));
  });

  it("mentions every code that the source throws, and the source throws no other", () => {
    const used = new Set(
      sources
        .filter((file) => file.startsWith("packages/") && !file.endsWith(".test.ts"))
        .flatMap((file) => read(file).match(/\bTULLE[1-9]\d{3}\b(?!-)/g) ?? []),
    );
    const unknown = [...used].filter((code) => !(code in errorRegistry));
    expect(unknown).toEqual([]);
  });

  it("has no dead links", () => {
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page} -> ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it("introduces every package in the architecture page", () => {
    const page = read("docs/architecture.md");
    for (const name of packageNames) expect(page, name).toContain(`| \`${name}\` |`);
  });

  it("keeps decisions short", () => {
    const long = pages.filter((page) => page.startsWith("docs/adr/") && read(page).split("\n").length > 61);
    expect(long).toEqual([]);
  });
});

describe("the glossary", () => {
  /** Rows such as `| mesh | a namespace ... | \`MeshConfig\`, \`Snapshot\` |`. */
  const rows = [...read("docs/glossary.md").matchAll(/^\| ([a-z][^|]*) \| [^|]+ \| ([^|]*) \|$/gm)];
  const named = rows.flatMap((row) => [...row[2]!.matchAll(/`([A-Za-z]+)`/g)].map((match) => match[1]!));

  it("names only what the source exports", () => {
    const exported = exportedNames(sources.filter((file) => file.startsWith("packages/")));
    expect(named.filter((name) => !exported.has(name))).toEqual([]);
  });

  it("has every type of the model and the snapshot", () => {
    const model = exportedNames([
      "packages/core/src/model/mesh.ts",
      "packages/core/src/snapshot/snapshot.ts",
      "packages/core/src/context/record.ts",
      "packages/core/src/routing/decision.ts",
    ]);
    const types = [...model].filter((name) => /^[A-Z][a-z]/.test(name));
    expect(types.filter((name) => !named.includes(name))).toEqual([]);
  });
});

function exportedNames(from: readonly string[]): ReadonlySet<string> {
  const names = from.flatMap((file) =>
    [...read(file).matchAll(/^export (?:async )?(?:const|function|class|interface|type) ([A-Za-z]+)/gm)].map(
      (match) => match[1]!,
    ),
  );
  return new Set(names);
}
