/**
 * From what a request says to the function it means, with the service's own refusals on the way.
 *
 * The service checks in this order, and a client sees only the first thing wrong: shape (every violation at
 * once, counted), region, account, the qualifier named twice. Whether the function exists is somebody
 * else's question. The shape depends on the operation: most take the longer pattern with dots and
 * `$LATEST.PUBLISHED`, some still the older one. Source: answers recorded from AWS in November 2025;
 * service model of botocore 1.43.11.
 */
import {
  FUNCTION_NAME_PATTERN,
  type FunctionReference,
  MAX_FUNCTION_NAME_CHARACTERS,
  MAX_FUNCTION_REFERENCE_CHARACTERS,
  parseFunctionName,
} from "./function-name.ts";

/**
 * Which operation asks, as far as names are concerned. `invoke`, `get` and `delete` stand for the
 * operations whose model has the longer shape (invoking, reading and deleting functions, permissions,
 * event-invoke configuration, versions); `configure` for those with the older one (updating code and
 * configuration, aliases, publishing, concurrency); `create` and `url` (function URL configuration) add a
 * rule each.
 */
export type NamingRules = "invoke" | "get" | "delete" | "create" | "configure" | "url";

export interface NameQuestion {
  readonly rules: NamingRules;
  /** Decoded value of `FunctionName`. */
  readonly functionName: string;
  /** Decoded value of `Qualifier`; null where the caller gave none. */
  readonly qualifier: string | null;
  /** Where the service that is asked lives. */
  readonly region: string;
  readonly accountId: string;
}

export type NameAnswer =
  | {
      readonly kind: "function";
      readonly name: string;
      /** As given, in the name or beside it; null for none. */
      readonly qualifier: string | null;
      readonly reference: FunctionReference;
    }
  | NameRefusal;

/** A refusal, ready to be spelled with `formatLambdaError`. */
export interface NameRefusal {
  readonly kind: "refused";
  readonly code:
    | "ValidationException"
    | "InvalidParameterValueException"
    | "ResourceNotFoundException"
    | "AccessDeniedException";
  readonly status: number;
  /**
   * Empty for AccessDeniedException: the recorded answer has none, and only the platform knows the caller.
   */
  readonly message: string;
}

/**
 * Decides which function a request names, or answers as the service does: its codes, its messages, its
 * order of checks.
 */
export function resolveFunctionName(question: NameQuestion): NameAnswer {
  const { rules, functionName, qualifier } = question;
  const violations = [...qualifierViolations(rules, qualifier), ...nameViolations(rules, functionName)];
  if (violations.length > 0) return refused("ValidationException", 400, validationMessage(violations));
  const reference = parseFunctionName(functionName);
  if (reference.kind === "invalid") return refused("ValidationException", 400, validationMessage([]));
  if (rules === "create" && reference.name.length > MAX_FUNCTION_NAME_CHARACTERS)
    return refused(
      "InvalidParameterValueException",
      400,
      validationMessage([tooLong(reference.name, "functionName", MAX_FUNCTION_NAME_CHARACTERS)]),
    );
  if (reference.region !== null && reference.region !== question.region)
    return refused(
      "ResourceNotFoundException",
      404,
      `Functions from '${reference.region}' are not reachable in this region ('${question.region}')`,
    );
  if (reference.accountId !== null && reference.accountId !== question.accountId)
    return refused("AccessDeniedException", 403, "");
  if (qualifier !== null && reference.qualifier !== null && qualifier !== reference.qualifier)
    return refused(
      "InvalidParameterValueException",
      400,
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  return { kind: "function", name: reference.name, qualifier: qualifier ?? reference.qualifier, reference };
}

/** One violation in the service's words; several are joined by `validationMessage`. */
export function patternViolation(value: string, member: string, pattern: string): string {
  return `${subject(value, member)}: Member must satisfy regular expression pattern: ${pattern}`;
}

/** The message of a ValidationException about these violations. */
export function validationMessage(violations: readonly string[]): string {
  const count = `${violations.length} validation error${violations.length === 1 ? "" : "s"} detected`;
  return `${count}: ${violations.join("; ")}`;
}

/** Rules of operations whose model still has the shape `FunctionName`: 140 characters, no dots. */
const OLDER_SHAPE: ReadonlySet<NamingRules> = new Set(["create", "configure", "url"]);

const OLDER_NAME_PATTERN =
  "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?" +
  "(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
const MAX_OLDER_CHARACTERS = 140;

const QUALIFIER_PATTERN = "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";
const URL_QUALIFIER_PATTERN = "((?!^\\d+$)^[0-9a-zA-Z-_]+$)";
const MAX_QUALIFIER_CHARACTERS = 128;

function nameViolations(rules: NamingRules, functionName: string): string[] {
  const older = OLDER_SHAPE.has(rules);
  const limit = older ? MAX_OLDER_CHARACTERS : MAX_FUNCTION_REFERENCE_CHARACTERS;
  const pattern = older ? OLDER_NAME_PATTERN : FUNCTION_NAME_PATTERN;
  const violations: string[] = [];
  if (functionName.length > limit) violations.push(tooLong(functionName, "functionName", limit));
  if (!matchesWhole(pattern, functionName))
    violations.push(patternViolation(functionName, "functionName", pattern));
  return violations;
}

function qualifierViolations(rules: NamingRules, qualifier: string | null): string[] {
  if (qualifier === null) return [];
  const pattern = rules === "url" ? URL_QUALIFIER_PATTERN : QUALIFIER_PATTERN;
  const violations: string[] = [];
  if (qualifier.length > MAX_QUALIFIER_CHARACTERS)
    violations.push(tooLong(qualifier, "qualifier", MAX_QUALIFIER_CHARACTERS));
  if (!matchesWhole(pattern, qualifier)) violations.push(patternViolation(qualifier, "qualifier", pattern));
  return violations;
}

const compiled = new Map<string, RegExp>();

/** Applies a pattern of the service to all of a text, as the service's own (Java) `matches` does. */
function matchesWhole(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${pattern})$`);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

function tooLong(value: string, member: string, limit: number): string {
  return `${subject(value, member)}: Member must have length less than or equal to ${limit}`;
}

function subject(value: string, member: string): string {
  return `Value '${value}' at '${member}' failed to satisfy constraint`;
}

function refused(code: NameRefusal["code"], status: number, message: string): NameRefusal {
  return { kind: "refused", code, status, message };
}
