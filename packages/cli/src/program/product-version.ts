/** The version in this package's manifest. */
import { readFileSync } from "node:fs";

export function productVersion(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
