/** What the tidy tests look at: the files that git tracks or would track, as text. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Tracked and untracked files that git does not ignore, relative to the root. */
export const files: readonly string[] = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard"],
  { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 },
)
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));

export function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

export const sources: readonly string[] = files.filter((file) => /\.(ts|mjs|js)$/.test(file));

export const packageNames: readonly string[] = [
  ...new Set(files.flatMap((file) => /^packages\/([^/]+)\//.exec(file)?.[1] ?? [])),
];

export interface PackageJson {
  readonly name: string;
  readonly description?: string;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export function packageJson(name: string): PackageJson {
  return JSON.parse(read(`packages/${name}/package.json`)) as PackageJson;
}

/** Module specifiers that a source file imports or re-exports. */
export function importsOf(file: string): readonly string[] {
  const forms = [
    /(?:^|\s)(?:import|export)\s[^;"']*?from\s+["']([^"']+)["']/gm,
    /import\(\s*["']([^"']+)["']\s*\)/gm,
    /^import\s+["']([^"']+)["']/gm,
  ];
  return forms.flatMap((form) => [...read(file).matchAll(form)].map((match) => match[1]!));
}
