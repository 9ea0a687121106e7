/** Timestamps of signatures: `20260102T030405Z`, formatted at most once a second. */
let cachedSecond = Number.NaN;
let cachedDate = "";

/** Spells wall-clock milliseconds as ISO 8601 basic format in UTC, cut to the second. */
export function formatAmzDate(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== cachedSecond) {
    cachedDate = new Date(second * 1000).toISOString().replace(/[-:]|\.000/g, "");
    cachedSecond = second;
  }
  return cachedDate;
}

/** Wall-clock milliseconds of an ISO 8601 basic timestamp, or null where the text is not one. */
export function parseAmzDate(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const extended = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const ms = Date.parse(extended);
  // A date such as 31 February parses to another day; only what spells back the same is a date.
  return Number.isNaN(ms) || formatAmzDate(ms) !== text ? null : ms;
}
