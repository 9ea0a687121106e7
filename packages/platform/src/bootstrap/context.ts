import type { ReceivedInvocation } from "./runtime-client.ts";

/**
 * The second argument of a handler, as Lambda's Node runtime makes it. `done`, `fail` and `succeed` are added
 * later.
 */
export interface FunctionContext {
  callbackWaitsForEmptyEventLoop: boolean;
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly memoryLimitInMB: string | undefined;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
  readonly clientContext: unknown;
  readonly identity: unknown;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  readonly tenantId: string | undefined;
  getRemainingTimeInMillis(): number;
}

export function createContext(invocation: ReceivedInvocation): FunctionContext {
  const { deadlineMs, invokedFunctionArn, requestId } = invocation;
  return {
    callbackWaitsForEmptyEventLoop: true,
    ...fromVariables(),
    clientContext: parseClientContext(invocation.clientContext),
    // Neither can be said to this platform.
    identity: undefined,
    tenantId: undefined,
    invokedFunctionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

type FromVariables = Pick<
  FunctionContext,
  "functionName" | "functionVersion" | "memoryLimitInMB" | "logGroupName" | "logStreamName"
>;

let variables: FromVariables | null = null;

/** Read once: they do not change, and every read of `process.env` is a system call. */
function fromVariables(): FromVariables {
  variables ??= {
    functionVersion: process.env["AWS_LAMBDA_FUNCTION_VERSION"],
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    memoryLimitInMB: process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    logGroupName: process.env["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: process.env["AWS_LAMBDA_LOG_STREAM_NAME"],
  };
  return variables;
}

function parseClientContext(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`Cannot parse ClientContext as json: ${String(error)}`);
  }
}
