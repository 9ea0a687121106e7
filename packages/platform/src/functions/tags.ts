import { invalidParameter } from "../api/errors.ts";

const mostTags = 50;

/** Refuses more tags than a function may have. */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > mostTags) {
    throw invalidParameter("Number of tags exceeds resource tag limit.");
  }
}
