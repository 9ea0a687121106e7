/** The local, Lambda-compatible platform: the Lambda API on loopback, in front of real processes. */

export type { Deployment, DeploySource, DeploySpec } from "./api/deploy.ts";
export type { InvokeEvent } from "./api/operations/observation.ts";
export { type Bundle, type BundleFormat, type BundleOptions, bundleSource } from "./code/bundle.ts";
export { localBucket } from "./code/local-code.ts";
export { type SourceChange, type SourceWatch, watchSource } from "./code/watch.ts";
export type { EnvironmentStatus, SessionCredentials } from "./execution/port.ts";
export type { RootCredentials } from "./identity/credentials.ts";
export { createPlatform, type Platform, type PlatformOptions } from "./platform.ts";
export type { QueuedEvent } from "./queue/event.ts";
export type { SettledCondition } from "./queue/retry-schedule.ts";
