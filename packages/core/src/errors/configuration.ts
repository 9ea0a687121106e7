import { configurationEntry as entry, type FileCode, fileErrors } from "./configuration-files.ts";
import type { ErrorEntry } from "./entry.ts";

/** Codes of the shape: whether every value is of the kind that its key wants. */
type ShapeCode =
  | "TULLE1002"
  | "TULLE1101"
  | "TULLE1102"
  | "TULLE1103"
  | "TULLE1104"
  | "TULLE1105"
  | "TULLE1106"
  | "TULLE1107";

/** Codes of the analyzer: whether the whole makes sense. */
type MeaningCode =
  | "TULLE1201"
  | "TULLE1202"
  | "TULLE1203"
  | "TULLE1204"
  | "TULLE1205"
  | "TULLE1206"
  | "TULLE1207"
  | "TULLE1208"
  | "TULLE1209"
  | "TULLE1301"
  | "TULLE1302"
  | "TULLE1303"
  | "TULLE1401"
  | "TULLE1402"
  | "TULLE1403"
  | "TULLE1404"
  | "TULLE1405"
  | "TULLE1406"
  | "TULLE1407"
  | "TULLE1408"
  | "TULLE1409"
  | "TULLE1410"
  | "TULLE1501"
  | "TULLE1502"
  | "TULLE1503"
  | "TULLE1601";

/** TULLE1000-1999: what is wrong with a configuration. */
export const configurationErrors: Readonly<Record<FileCode | ShapeCode | MeaningCode, ErrorEntry>> = {
  ...fileErrors,
  TULLE1002: entry(
    "unknown-key",
    "The configuration has a key that Tulle does not know.",
    "Correct the spelling or remove the key.",
  ),
  TULLE1101: entry("missing-key", "A required key is missing.", "Add the key."),
  TULLE1102: entry(
    "wrong-type",
    "A value is of another type than its key wants.",
    "Write a value of the type that the message names.",
  ),
  TULLE1103: entry(
    "unknown-value",
    "A value is none of those that its key accepts.",
    "Use one of the values that the message lists.",
  ),
  TULLE1104: entry(
    "out-of-range",
    "A number is outside the range of its key.",
    "Use a number within the range.",
  ),
  TULLE1105: entry(
    "malformed-value",
    "A text is not written as its key wants it.",
    "Write it in the form that the message shows.",
  ),
  TULLE1106: entry(
    "wrong-length",
    "A list or map has too few, or repeated, entries.",
    "Add or remove entries.",
  ),
  TULLE1107: entry(
    "exactly-one-key",
    "Keys that exclude each other are both present, or none of them is.",
    "Keep exactly one of the keys that the message lists.",
  ),
  TULLE1201: entry(
    "invalid-name",
    "A logical name has characters or a length that names may not have.",
    "Use lower-case letters, digits and hyphens, a letter first, at most 63 characters.",
  ),
  TULLE1202: entry(
    "invalid-function-name",
    "A backend does not name a Lambda function as Lambda does.",
    "Use the function's name (at most 64 letters, digits, - and _) or its ARN without a qualifier.",
  ),
  TULLE1203: entry(
    "name-not-declared",
    "The configuration refers to a service, resource or gateway that nobody declares.",
    "Correct the spelling, declare the name, or include the file that does.",
  ),
  TULLE1204: entry(
    "revision-not-declared",
    "A route or constellation names a revision that the service does not have.",
    "Correct the spelling, or add the revision to the service.",
  ),
  TULLE1205: entry(
    "policy-not-declared",
    "A service refers to a policy that is not under `policies`.",
    "Correct the spelling, or declare the policy.",
  ),
  TULLE1206: entry(
    "constellation-not-declared",
    "A match names a constellation that is not declared.",
    "Correct the spelling, or declare the constellation.",
  ),
  TULLE1207: entry(
    "name-means-two-things",
    "A service and a resource have the same name, so that `uses` could mean either.",
    "Rename one of the two.",
  ),
  TULLE1208: entry(
    "duplicate-revision",
    "A service has two revisions of the same name.",
    "Rename one of the two.",
  ),
  TULLE1209: entry(
    "revision-target",
    "A revision's target does not fit its backend, or is the same as another revision's.",
    "Give each revision its own alias or version (functions) or its own url (HTTP).",
  ),
  TULLE1301: entry(
    "use-not-allowed",
    "A service or gateway uses a name that does not allow it; every such call would be refused.",
    "Add the caller to the callee's `allow`, or remove the use.",
  ),
  TULLE1302: entry(
    "allow-not-used",
    "A name allows a caller that does not use it.",
    "Remove the caller from `allow`, or add the name to the caller's `uses`.",
  ),
  TULLE1303: entry(
    "substitute-not-allowed",
    "A caller may call a service but not what stands in for it, so failover or fallback would be refused.",
    "Add the caller to the `allow` of the service that stands in.",
  ),
  TULLE1401: entry(
    "weights-do-not-add-up",
    "The weights of a split do not add up to 100 percent.",
    "Change the weights so that their sum is 100, or leave one out.",
  ),
  TULLE1402: entry(
    "unreachable-match",
    "A match can never hold, or an earlier one takes everything that it would.",
    "Move the narrower match before the wider one, or remove it.",
  ),
  TULLE1403: entry(
    "duplicate-match",
    "Two matches of a service are the same; only the first one counts.",
    "Remove one of the two, or make them differ.",
  ),
  TULLE1404: entry(
    "failover-cycle",
    "Failover and fallback lead from a service back to itself.",
    "Break the cycle: a last resort must not depend on what it replaces.",
  ),
  TULLE1405: entry(
    "substitutes-itself",
    "A service is its own failover or fallback.",
    "Name another service, or remove the entry.",
  ),
  TULLE1406: entry(
    "timeouts-in-conflict",
    "A timeout is zero, or one attempt may take longer than the whole call.",
    "Make `backendRequest` at most `request`, and both more than zero.",
  ),
  TULLE1407: entry(
    "breaker-out-of-range",
    "A threshold of a circuit breaker is outside its range, so that it would always or never open.",
    "Use a failure ratio above 0 and at most 1, a throughput of at least 1 and durations above zero.",
  ),
  TULLE1408: entry(
    "retry-out-of-range",
    "A retry policy's budget or backoff is outside its range.",
    "Keep the budget within 0 and 100 percent and the base of the backoff below its maximum.",
  ),
  TULLE1409: entry(
    "local-run-incomplete",
    "A revision says how it is run locally but no handler is named.",
    "Name a `handler` in the revision's `local` or in the service's.",
  ),
  TULLE1410: entry(
    "invalid-weight",
    "A weight is not a whole number from 0 to 10,000 in the normal form.",
    "Give weights in files as percent, with at most two decimals.",
  ),
  TULLE1501: entry(
    "gateway-route-conflict",
    "Two routes of a gateway have the same method and catch the same paths.",
    "Remove one of the two, or make their paths differ in more than a parameter's name.",
  ),
  TULLE1502: entry(
    "malformed-path-template",
    "The path of a gateway route is not a well-formed template.",
    "Write it as `/v1/robots/{id}`, with `{path+}` at most as the last segment.",
  ),
  TULLE1503: entry(
    "body-limit-above-platform",
    "A gateway lets in bodies that no function can be given.",
    "Keep `maxBody` at or below 6 MiB, what AWS Lambda takes in a synchronous invocation.",
  ),
  TULLE1601: entry(
    "key-without-effect",
    "The configuration sets something that this version of Tulle accepts but does not act on.",
    "Leave it for later versions, or remove it.",
  ),
};
