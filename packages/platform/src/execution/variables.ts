import type { ExecutionTarget, ExecutorOptions } from "./port.ts";

/** What an environment adds to its target: where it is reached and where its files are. */
export interface EnvironmentPlace {
  readonly runtimeApi: string;
  readonly temporaryFolder: string;
  readonly logStream: string;
  /** Folder of the runtime client. */
  readonly runtimeFolder: string;
}

type Surroundings = Pick<ExecutorOptions, "region" | "lambdaEndpoint" | "issueCredentials">;

/** Of the platform's own variables a function sees only these. */
const INHERITED = ["PATH", "HOME", "USER", "SHELL"] as const;

/**
 * The variables that a function's process starts with. The user's variables win over defaults and lose
 * against what Lambda reserves; nothing of the platform's own environment leaks in but the basics.
 */
export function environmentVariables(
  target: ExecutionTarget,
  place: EnvironmentPlace,
  surroundings: Surroundings,
): Record<string, string> {
  return {
    ...inherited(process.env),
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    TMPDIR: place.temporaryFolder,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000",
    _AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1",
    _AWS_XRAY_DAEMON_PORT: "2000",
    AWS_ENDPOINT_URL_LAMBDA: surroundings.lambdaEndpoint(),
    ...target.environment,
    ...reserved(target, place, surroundings),
  };
}

function reserved(
  target: ExecutionTarget,
  place: EnvironmentPlace,
  surroundings: Surroundings,
): Record<string, string> {
  const credentials = surroundings.issueCredentials(target.functionName);
  return {
    _HANDLER: target.handler,
    AWS_REGION: surroundings.region,
    AWS_DEFAULT_REGION: surroundings.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${target.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: target.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: target.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: target.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
    LAMBDA_TASK_ROOT: target.codeFolder,
    LAMBDA_RUNTIME_DIR: place.runtimeFolder,
    PWD: target.codeFolder,
  };
}

function inherited(own: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = own[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
