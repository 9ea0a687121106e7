import { describe, expect, it } from "vitest";
import { importsOf, packageJson, packageNames, read, sources } from "./tree.ts";

/** The right-hand column of the table in `docs/architecture.md`: what may depend on what. */
const allowed = tableOf(read("docs/architecture.md"));

describe("dependencies", () => {
  it("are declared for every package", () => {
    expect([...allowed.keys()].sort()).toEqual([...packageNames].sort());
  });

  it.each(packageNames)("%s depends only on what the architecture page allows", (name) => {
    const inManifest = Object.keys(packageJson(name).dependencies ?? {}).flatMap(ownPackage);
    const inSource = productSources(name).flatMap((file) => importsOf(file).flatMap(ownPackage));
    const foreign = [...new Set([...inManifest, ...inSource])].filter((dependency) => dependency !== name);
    for (const dependency of foreign)
      expect(allowed.get(name), `${name} -> ${dependency}`).toContain(dependency);
  });

  it.each(packageNames)("%s declares what its source imports", (name) => {
    const declared = Object.keys(packageJson(name).dependencies ?? {});
    for (const file of productSources(name)) {
      for (const specifier of importsOf(file).filter(isBare)) {
        const wanted = specifier
          .split("/")
          .slice(0, specifier.startsWith("@") ? 2 : 1)
          .join("/");
        if (wanted !== `@tulle/${name}`) expect(declared, `${file} imports ${specifier}`).toContain(wanted);
      }
    }
  });

  it.each(["core", "aws", "runtime"])(
    "%s has no foreign dependency, because it runs inside functions",
    (name) => {
      const foreign = Object.keys(packageJson(name).dependencies ?? {}).filter(
        (one) => !one.startsWith("@tulle/"),
      );
      expect(foreign).toEqual([]);
    },
  );

  it("never reach into another package past its exports map", () => {
    for (const file of sources.filter((one) => one.startsWith("packages/"))) {
      const own = file.split("/").slice(0, 2).join("/");
      for (const specifier of importsOf(file).filter((one) => one.startsWith("."))) {
        const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
        expect(target.startsWith(`${own}/`), `${file} imports ${specifier}`).toBe(true);
      }
    }
  });

  it("core imports nothing but itself", () => {
    for (const file of productSources("core")) {
      for (const specifier of importsOf(file)) expect(specifier, file).toMatch(/^\./);
    }
  });
});

function productSources(name: string): readonly string[] {
  return sources.filter((file) => file.startsWith(`packages/${name}/src/`) && !file.endsWith(".test.ts"));
}

function ownPackage(specifier: string): string[] {
  const name = /^@tulle\/([^/]+)/.exec(specifier)?.[1];
  return name === undefined ? [] : [name];
}

function isBare(specifier: string): boolean {
  return !specifier.startsWith(".") && !specifier.startsWith("node:");
}

/** Rows such as `| \`control\` | what it is | core, store |`; `all` allows everything. */
function tableOf(page: string): Map<string, readonly string[]> {
  const rows = page.matchAll(/^\| `([a-z]+)` \|[^|]*\| ([^|]+) \|$/gm);
  return new Map(
    [...rows].map((row) => {
      const words = row[2]!.split(/[ ,]+/).filter(Boolean);
      return [row[1]!, words[0] === "all" ? packageNames : words];
    }),
  );
}
