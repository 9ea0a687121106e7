/** The local, Lambda-compatible platform: the Lambda API on loopback, in front of real processes. */
export type {
  EnvironmentStatus,
  ExecutionTarget,
  Executor,
  ExecutorOptions,
  Invocation,
  InvocationResult,
  SessionCredentials,
} from "./execution/port.ts";
export type { Deployment, DeploySource, DeploySpec } from "./functions/deploy.ts";
export type { RootCredentials } from "./identity/credentials.ts";
export type { InvokeEvent, Platform, PlatformOptions } from "./platform.ts";
