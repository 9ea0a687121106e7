/**
 * The Lambda API's operations by method and path, and the way from a request line to one of them.
 *
 * Parameters are decoded after the path is split, because a function name may hold an encoded colon or, in
 * a tag's resource, an encoded slash. Source: service model of botocore 1.43.11 (API 2015-03-31).
 */
export interface LambdaRoute {
  readonly operation: string;
  /** Decoded values of the template's parameters: `FunctionName`, `Name`, `UUID`, ... */
  readonly parameters: Readonly<Record<string, string>>;
}

const FUNCTION = "/functions/{FunctionName}";

/** Operation, method, template; where two share method and template the first one stands. */
export const lambdaOperations: readonly (readonly [operation: string, method: string, template: string])[] = [
  ["Invoke", "POST", `/2015-03-31${FUNCTION}/invocations`],
  ["InvokeWithResponseStream", "POST", `/2021-11-15${FUNCTION}/response-streaming-invocations`],
  ["InvokeAsync", "POST", `/2014-11-13${FUNCTION}/invoke-async`],

  ["CreateFunction", "POST", "/2015-03-31/functions"],
  ["ListFunctions", "GET", "/2015-03-31/functions"],
  ["GetFunction", "GET", `/2015-03-31${FUNCTION}`],
  ["DeleteFunction", "DELETE", `/2015-03-31${FUNCTION}`],
  ["GetFunctionConfiguration", "GET", `/2015-03-31${FUNCTION}/configuration`],
  ["UpdateFunctionConfiguration", "PUT", `/2015-03-31${FUNCTION}/configuration`],
  ["UpdateFunctionCode", "PUT", `/2015-03-31${FUNCTION}/code`],

  ["PublishVersion", "POST", `/2015-03-31${FUNCTION}/versions`],
  ["ListVersionsByFunction", "GET", `/2015-03-31${FUNCTION}/versions`],
  ["CreateAlias", "POST", `/2015-03-31${FUNCTION}/aliases`],
  ["ListAliases", "GET", `/2015-03-31${FUNCTION}/aliases`],
  ["GetAlias", "GET", `/2015-03-31${FUNCTION}/aliases/{Name}`],
  ["UpdateAlias", "PUT", `/2015-03-31${FUNCTION}/aliases/{Name}`],
  ["DeleteAlias", "DELETE", `/2015-03-31${FUNCTION}/aliases/{Name}`],

  ["PutFunctionConcurrency", "PUT", `/2017-10-31${FUNCTION}/concurrency`],
  ["DeleteFunctionConcurrency", "DELETE", `/2017-10-31${FUNCTION}/concurrency`],
  ["GetFunctionConcurrency", "GET", `/2019-09-30${FUNCTION}/concurrency`],
  ["PutProvisionedConcurrencyConfig", "PUT", `/2019-09-30${FUNCTION}/provisioned-concurrency`],
  ["GetProvisionedConcurrencyConfig", "GET", `/2019-09-30${FUNCTION}/provisioned-concurrency`],
  ["DeleteProvisionedConcurrencyConfig", "DELETE", `/2019-09-30${FUNCTION}/provisioned-concurrency`],

  ["PutFunctionEventInvokeConfig", "PUT", `/2019-09-25${FUNCTION}/event-invoke-config`],
  ["UpdateFunctionEventInvokeConfig", "POST", `/2019-09-25${FUNCTION}/event-invoke-config`],
  ["GetFunctionEventInvokeConfig", "GET", `/2019-09-25${FUNCTION}/event-invoke-config`],
  ["DeleteFunctionEventInvokeConfig", "DELETE", `/2019-09-25${FUNCTION}/event-invoke-config`],
  ["ListFunctionEventInvokeConfigs", "GET", `/2019-09-25${FUNCTION}/event-invoke-config/list`],

  ["AddPermission", "POST", `/2015-03-31${FUNCTION}/policy`],
  ["GetPolicy", "GET", `/2015-03-31${FUNCTION}/policy`],
  ["RemovePermission", "DELETE", `/2015-03-31${FUNCTION}/policy/{StatementId}`],

  ["CreateFunctionUrlConfig", "POST", `/2021-10-31${FUNCTION}/url`],
  ["GetFunctionUrlConfig", "GET", `/2021-10-31${FUNCTION}/url`],
  ["UpdateFunctionUrlConfig", "PUT", `/2021-10-31${FUNCTION}/url`],
  ["DeleteFunctionUrlConfig", "DELETE", `/2021-10-31${FUNCTION}/url`],
  ["ListFunctionUrlConfigs", "GET", `/2021-10-31${FUNCTION}/urls`],

  ["CreateEventSourceMapping", "POST", "/2015-03-31/event-source-mappings"],
  ["ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings"],
  ["GetEventSourceMapping", "GET", "/2015-03-31/event-source-mappings/{UUID}"],
  ["UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/{UUID}"],
  ["DeleteEventSourceMapping", "DELETE", "/2015-03-31/event-source-mappings/{UUID}"],

  ["ListTags", "GET", "/2017-03-31/tags/{Resource}"],
  ["TagResource", "POST", "/2017-03-31/tags/{Resource}"],
  ["UntagResource", "DELETE", "/2017-03-31/tags/{Resource}"],

  ["GetAccountSettings", "GET", "/2016-08-19/account-settings"],
  ["GetFunctionCodeSigningConfig", "GET", `/2020-06-30${FUNCTION}/code-signing-config`],
  ["GetRuntimeManagementConfig", "GET", `/2021-07-20${FUNCTION}/runtime-management-config`],
  ["PutRuntimeManagementConfig", "PUT", `/2021-07-20${FUNCTION}/runtime-management-config`],
  ["GetFunctionRecursionConfig", "GET", `/2024-08-31${FUNCTION}/recursion-config`],
  ["PutFunctionRecursionConfig", "PUT", `/2024-08-31${FUNCTION}/recursion-config`],
];

/** Finds the operation that a request line names; null for none. `path` is as on the wire, without query. */
export function matchOperation(method: string, path: string): LambdaRoute | null {
  const segments = path.split("/");
  if (segments.at(-1) === "") segments.pop();
  for (const { operation, template } of candidates(method, segments.length)) {
    const parameters = matchTemplate(template, segments);
    if (parameters !== null) return { operation, parameters };
  }
  return null;
}

interface Candidate {
  readonly operation: string;
  readonly template: readonly string[];
}

let byShape: Map<string, Candidate[]> | undefined;

/** Operations of a method whose template has this many segments. */
function candidates(method: string, segmentCount: number): readonly Candidate[] {
  if (byShape === undefined) {
    byShape = new Map();
    for (const [operation, verb, text] of lambdaOperations) {
      const template = text.split("/");
      const shape = `${verb} ${template.length}`;
      const list = byShape.get(shape) ?? [];
      list.push({ operation, template });
      byShape.set(shape, list);
    }
  }
  return byShape.get(`${method} ${segmentCount}`) ?? [];
}

function matchTemplate(
  template: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | null {
  const parameters: Record<string, string> = {};
  for (let at = 0; at < template.length; at++) {
    const expected = template[at]!;
    const segment = segments[at]!;
    if (!expected.startsWith("{")) {
      if (expected !== segment) return null;
      continue;
    }
    const value = decode(segment);
    if (value === null || value === "") return null;
    parameters[expected.slice(1, -1)] = value;
  }
  return parameters;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
