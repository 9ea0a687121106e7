/** The names that people give: one rule for everything logical, Lambda's rule for functions. */

/**
 * Services, resources, revisions, policies, constellations, gateways, environments: a DNS label that starts
 * with a letter.
 */
export const NAME_PATTERN = "^[a-z][a-z0-9-]{0,62}$";

/**
 * Source: AWS Lambda API reference, CreateFunction, `FunctionName` (November 2025): a bare name or an
 * unqualified ARN.
 */
export const FUNCTION_NAME_PATTERN =
  "^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:)?[a-zA-Z0-9_-]{1,64}$";

const name = new RegExp(NAME_PATTERN);
const functionName = new RegExp(FUNCTION_NAME_PATTERN);

/** Whether a logical name is well formed. */
export function isName(text: string): boolean {
  return name.test(text);
}

/** Whether a function is named as Lambda names functions, without a qualifier. */
export function isFunctionName(text: string): boolean {
  return functionName.test(text);
}

/** The well-formed name nearest to what was written, or null where nothing of it can be kept. */
export function suggestName(text: string): string | null {
  const suggestion = text
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 63)
    .replace(/-+$/, "");
  return isName(suggestion) ? suggestion : null;
}

/**
 * The nearest of some names to a misspelt one, or null where none is near.
 *
 * Distance is optimal string alignment (a swap of neighbours is one edit), because swapped letters are the
 * commonest slip of the hand. A third of the letters may differ, so that `maps` is not suggested for
 * `mail`.
 * Source: Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964.
 */
export function nearestName(written: string, candidates: Iterable<string>): string | null {
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate === written || Math.abs(candidate.length - written.length) >= least) continue;
    const distance = editDistance(written.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Number of insertions, deletions, substitutions and swaps of neighbours between two words. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
