import { FULL_WEIGHT } from "./mesh.ts";

/**
 * Percent as written to integers out of 10,000.
 *
 * The first member without a weight takes what the others leave, further ones take nothing: whoever
 * declares a second revision and says nothing more has not sent traffic to it. Nothing is scaled: weights
 * that do not add up stay as they were written, for the analyzer to refuse.
 */
export function completeWeights(percents: readonly (number | undefined)[]): number[] {
  const weights = percents.map((percent) => (percent === undefined ? 0 : Math.round(percent * 100)));
  const open = percents.indexOf(undefined);
  if (open >= 0) {
    const taken = weights.reduce((sum, weight) => sum + weight, 0);
    weights[open] = Math.max(0, FULL_WEIGHT - taken);
  }
  return weights;
}

/** A weight out of 10,000 as people write it: `formatWeight(1250)` is `12.5 %`. */
export function formatWeight(weight: number): string {
  return `${weight / 100} %`;
}
