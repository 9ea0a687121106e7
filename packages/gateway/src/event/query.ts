/** The query string as `queryStringParameters`: decoded, values of a repeated name joined with commas. */
import { decodePercent } from "../routing/target.ts";

export function readQuery(rawQuery: string): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const pair of rawQuery.split("&")) {
    if (pair === "") continue;
    const end = pair.indexOf("=");
    const name = decode(end < 0 ? pair : pair.slice(0, end));
    const value = decode(end < 0 ? "" : pair.slice(end + 1));
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

function decode(text: string): string {
  return decodePercent(text.replaceAll("+", " "), "query string");
}
