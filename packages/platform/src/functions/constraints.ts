import { ApiError } from "../api/errors.ts";

/**
 * Collects what is wrong with a request's members and says it in the API's own words: all failures in one
 * ValidationException, counted and joined by semicolons.
 */
export class Constraints {
  readonly #failures: string[] = [];

  /** Notes a failure unless `holds`. `value` is shown in quotes; null is shown bare. */
  check(
    holds: boolean,
    value: string | null,
    rule: { readonly member: string; readonly must: string },
  ): void {
    if (holds) return;
    const shown = value === null ? "null" : `'${value}'`;
    this.#failures.push(`Value ${shown} at '${rule.member}' failed to satisfy constraint: ${rule.must}`);
  }

  present(value: unknown, member: string): void {
    this.check(value !== undefined && value !== null, null, { member, must: "Member must not be null" });
  }

  maxLength(value: string | undefined, member: string, limit: number): void {
    this.check(value === undefined || value.length <= limit, value ?? null, {
      member,
      must: `Member must have length less than or equal to ${limit}`,
    });
  }

  pattern(value: string | undefined, member: string, pattern: string): void {
    this.check(value === undefined || new RegExp(`^(?:${pattern})$`).test(value), value ?? null, {
      member,
      must: `Member must satisfy regular expression pattern: ${pattern}`,
    });
  }

  range(value: number | undefined, member: string, [least, most]: readonly [number, number]): void {
    if (value === undefined) return;
    this.check(value >= least, String(value), {
      member,
      must: `Member must have value greater than or equal to ${least}`,
    });
    this.check(value <= most, String(value), {
      member,
      must: `Member must have value less than or equal to ${most}`,
    });
  }

  oneOf(value: string | undefined, member: string, allowed: readonly string[]): void {
    this.check(value === undefined || allowed.includes(value), value ?? null, {
      member,
      must: `Member must satisfy enum value set: [${allowed.join(", ")}]`,
    });
  }

  /** Throws ValidationException when anything was noted. */
  enforce(): void {
    const count = this.#failures.length;
    if (count === 0) return;
    throw new ApiError(
      "ValidationException",
      `${count} validation error${count === 1 ? "" : "s"} detected: ${this.#failures.join("; ")}`,
    );
  }
}
