/** Writes `docs/reference/errors.md` from the error registry; `npm run docs` runs it. */
import { writeFileSync } from "node:fs";
import { type ErrorEntry, errorRegistry } from "@tulle/core/errors";

/** The page for a registry, one section a code. */
export function renderErrorsPage(registry: Readonly<Record<string, ErrorEntry>>): string {
  const sections = Object.entries(registry)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, entry]) =>
      [
        `## ${code} ${entry.name}`,
        "",
        entry.meaning,
        "",
        `- What to do: ${entry.remedy}`,
        `- Category ${entry.category}, HTTP status ${entry.status}, retry: ${entry.retry}.`,
      ].join("\n"),
    );
  const head = [
    "# Error codes",
    "",
    "Generated from `packages/core/src/errors` by `npm run docs`. `tulle explain CODE` prints the same.",
  ];
  return `${[head.join("\n"), ...sections].join("\n\n")}\n`;
}

if (import.meta.main) {
  const page = new URL("../docs/reference/errors.md", import.meta.url);
  writeFileSync(page, renderErrorsPage(errorRegistry));
}
