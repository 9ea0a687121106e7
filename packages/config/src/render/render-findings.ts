/**
 * Findings for people: code, message, position, the line with a caret under it, the remedy beside the
 * caret.
 *
 * The text of the file is somebody else's: control characters in it are shown as a dot, so that a
 * configuration cannot write to the terminal of whoever checks it.
 */
import { relative } from "node:path";
import type { LocatedFinding, Location } from "../location.ts";
import { type Palette, palette } from "./palette.ts";

export interface RenderOptions {
  readonly color?: boolean;
  /** Folder that file names are shown relative to; left out, they are absolute. */
  readonly cwd?: string;
  /** For the last line. */
  readonly fileCount?: number;
  readonly elapsedMs?: number;
  /** Findings beyond this many are counted, not shown. */
  readonly most?: number;
}

/** All findings and a line that counts them. */
export function renderFindings(findings: readonly LocatedFinding[], options: RenderOptions = {}): string {
  const paint = palette(options.color ?? false);
  const most = options.most ?? 100;
  const shown = findings.slice(0, most).map((finding) => renderFinding(finding, options, paint));
  const hidden = findings.length - shown.length;
  const rest = hidden > 0 ? [`... and ${hidden} more`] : [];
  return [...shown, ...rest, summary(findings, options)].join("\n");
}

function renderFinding(finding: LocatedFinding, options: RenderOptions, paint: Palette): string {
  const label = paint[finding.severity](`${finding.severity}[${finding.code}]`);
  const heading = `${label}${paint.bold(`: ${plain(finding.message)}`)}`;
  const { location } = finding;
  const width = location === null ? 1 : String(location.line).length;
  const gutter = " ".repeat(width);
  const lines = [heading];
  const place = placeText(finding, options.cwd);
  if (place !== null) lines.push(`${gutter}${paint.dim("-->")} ${place}`);
  const excerpt = location === null || location.lineText === "" ? null : location;
  if (excerpt !== null) lines.push(...excerptLines(excerpt, finding, paint));
  const note = (label: string, text: string) => `${gutter} ${paint.dim("=")} ${paint.bold(label)}: ${text}`;
  if (finding.remedy !== undefined && excerpt === null) lines.push(note("remedy", plain(finding.remedy)));
  for (const relation of finding.related ?? []) {
    const where = placeText({ ...relation, path: [] }, options.cwd);
    lines.push(note("note", `${plain(relation.message)}${where === null ? "" : `: ${where}`}`));
  }
  lines.push(note("help", `tulle explain ${finding.code}`));
  return lines.join("\n");
}

function excerptLines(location: Location, finding: LocatedFinding, paint: Palette): string[] {
  const number = String(location.line);
  const gutter = " ".repeat(number.length);
  const bar = paint.dim("|");
  const before = location.lineText.slice(0, location.column - 1);
  const marked = location.lineText.slice(location.column - 1, location.column - 1 + location.length);
  // Tabs stay tabs, so that the caret stands under what it means however wide the terminal draws them.
  const indent = [...before].map((char) => (char === "\t" ? "\t" : " ")).join("");
  const carets = "^".repeat(Math.max(1, [...marked].length));
  const remedy = finding.remedy === undefined ? "" : ` ${plain(finding.remedy)}`;
  return [
    `${gutter} ${bar}`,
    `${paint.dim(number)} ${bar} ${plain(location.lineText)}`,
    `${gutter} ${bar} ${indent}${paint[finding.severity](`${carets}${remedy}`)}`,
  ];
}

/** `tulle.yaml:31:12`; for a module the path inside it, since its values have no position. */
function placeText(
  { location, file, path }: Pick<LocatedFinding, "location" | "file" | "path">,
  cwd: string | undefined,
): string | null {
  const name = location?.file ?? file;
  if (name === null) return path.length === 0 ? null : pathText(path);
  const shown = plain(fileName(name, cwd));
  if (location !== null) return `${shown}:${location.line}:${location.column}`;
  return path.length === 0 ? shown : `${shown} at ${pathText(path)}`;
}

function fileName(file: string, cwd: string | undefined): string {
  const name = cwd === undefined ? file : relative(cwd, file);
  return name === "" || name.startsWith("..") ? file : name;
}

function pathText(path: LocatedFinding["path"]): string {
  return plain(
    path
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
      .join("")
      .replace(/^\./, ""),
  );
}

function summary(findings: readonly LocatedFinding[], options: RenderOptions): string {
  const errors = findings.filter((finding) => finding.severity === "error").length;
  const counts = `${plural(errors, "error")}, ${plural(findings.length - errors, "warning")}`;
  const files = options.fileCount === undefined ? "" : ` in ${plural(options.fileCount, "file")}`;
  const elapsed = options.elapsedMs === undefined ? "" : ` (${Math.round(options.elapsedMs)} ms)`;
  return `${counts}${files}${elapsed}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Text without what a terminal would obey: control characters and changes of writing direction. */
function plain(text: string): string {
  return text.replace(/[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/gu, "·");
}
