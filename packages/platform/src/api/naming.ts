import { type NamingRules, resolveFunctionName } from "@tulle/aws/names";
import type { Account } from "../functions/account.ts";
import { ApiError, invalidParameter } from "./errors.ts";
import type { ApiRequest } from "./request.ts";

/** Which function a request is about. */
export interface NamedFunction {
  readonly functionName: string;
  /** As the caller gave it, in the name or beside it; null for none. */
  readonly qualifier: string | null;
}

/** Reads a function's name and qualifier as given anywhere, or refuses in the service's words. */
export function nameOf(
  account: Account,
  given: { readonly functionName: string; readonly qualifier: string | null },
  rules: NamingRules,
): NamedFunction {
  const qualified = given.qualifier === null ? "" : `=${given.qualifier}`;
  const key = `${rules} ${given.functionName}${qualified} ${account.region} ${account.accountId}`;
  const known = resolved.get(key);
  if (known !== undefined) return known;
  const answer = resolveFunctionName({ ...given, ...account, rules });
  if (answer.kind === "refused") throw new ApiError(answer.code, answer.message);
  const named = { functionName: answer.name, qualifier: answer.qualifier };
  if (resolved.size >= keptNames) resolved.clear();
  resolved.set(key, named);
  return named;
}

/** Answers by question: a pure function's, so one table serves every platform of the process. */
const resolved = new Map<string, NamedFunction>();
const keptNames = 4096;

/** The function named in a request's path, with the qualifier in its query. */
export function namedFunction(
  { account }: { readonly account: Account },
  request: ApiRequest,
  rules: NamingRules,
): NamedFunction {
  const functionName = request.parameters["FunctionName"] ?? "";
  return nameOf(account, { functionName, qualifier: request.query.get("Qualifier") }, rules);
}

/** The same for an operation that has no business with versions. */
export function unqualifiedFunction(
  services: { readonly account: Account },
  request: ApiRequest,
  rules: NamingRules,
): string {
  const { functionName, qualifier } = namedFunction(services, request, rules);
  if (qualifier === null) return functionName;
  throw invalidParameter(
    "This operation is permitted on Lambda functions only. " +
      "Aliases and versions do not support this operation. " +
      "Please specify either a function name or an unqualified function ARN.",
  );
}
