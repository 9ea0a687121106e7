/** Colours, or none: the one place that knows the terminal's codes. */
import picocolors from "picocolors";

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

export function newStyle(color: boolean): Style {
  const { bold, dim, red, green, yellow, cyan } = picocolors.createColors(color);
  return { bold, dim, red, green, yellow, cyan };
}

const escapeCode = String.fromCharCode(27);
const codes = new RegExp(`${escapeCode}\\[[0-9;]*m`, "g");

export function withoutStyle(text: string): string {
  return text.replace(codes, "");
}
