/**
 * What the registry knows about one error code. The documentation page is generated from the same entries.
 */
export interface ErrorEntry {
  /** Short name in kebab-case, as in `service-not-declared`. */
  readonly name: string;
  readonly category: ErrorCategory;
  /** Status that an HTTP surface answers with. */
  readonly status: number;
  /** Whether the same request may succeed later without a change. */
  readonly retry: "never" | "later";
  /** One sentence: what happened. */
  readonly meaning: string;
  /** One sentence: what to do. */
  readonly remedy: string;
}

/** What kind of thing went wrong; decides the CLI's exit code. */
export type ErrorCategory =
  | "configuration"
  | "usage"
  | "not-found"
  | "denied"
  | "conflict"
  | "unavailable"
  | "refused"
  | "internal";
