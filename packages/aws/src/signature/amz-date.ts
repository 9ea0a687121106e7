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
  if (text.length !== 16 || text[8] !== "T" || text[15] !== "Z") return null;
  const day = digits(text, 0, 8);
  const time = digits(text, 9, 15);
  if (Number.isNaN(day) || Number.isNaN(time)) return null;
  const year = Math.floor(day / 10_000);
  const month = Math.floor(day / 100) % 100;
  const hour = Math.floor(time / 10_000);
  const minute = Math.floor(time / 100) % 100;
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || time % 100 > 59) return null;
  if (day % 100 < 1 || day % 100 > daysOf(month, year)) return null;
  // `Date.UTC` takes a year below 100 for one of the last century.
  if (year < 100) return null;
  return Date.UTC(year, month - 1, day % 100, hour, minute, time % 100);
}

/** The number that the characters spell; NaN where one is no digit. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function daysOf(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
