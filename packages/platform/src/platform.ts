import type { Store } from "@tulle/core/store";
import type { EnvironmentStatus, SessionCredentials } from "./execution/port.ts";
import type { Deployment, DeploySpec } from "./functions/deploy.ts";
import type { RootCredentials } from "./identity/credentials.ts";

/** What a platform needs to start. Only `store` and `dataFolder` have no default. */
export interface PlatformOptions {
  /** Durable truth of functions and accepted events. Whoever opened it closes it. */
  readonly store: Store;
  /** Folder for code, logs and credentials; made when missing. */
  readonly dataFolder: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Default `000000000000`. */
  readonly accountId?: string;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Stop environments between invocations, as AWS does. Default false. */
  readonly freeze?: boolean;
  /** Idle time after which an environment is ended. Default ten minutes. */
  readonly idleTimeoutMs?: number;
  /** Most processes at once, over all functions. Default 200. */
  readonly maxEnvironments?: number;
  /** Credentials that may do everything. Default: kept in the data folder, made on the first start. */
  readonly rootCredentials?: RootCredentials;
  /** Newest snapshot version of the mesh that runs on the platform; null where none does. */
  readonly epoch?: () => number | null;
  /** A line of a function's log, as it appears. */
  readonly onLog?: (functionName: string, line: string) => void;
  /** Every invocation that ended, with its caller. */
  readonly onInvoke?: (event: InvokeEvent) => void;
  /** Multiplies the waits between attempts at an asynchronous invocation. Default 1; tests pass less. */
  readonly retryScale?: number;
  /** Wall clock. */
  readonly nowMs?: () => number;
  /** Uniform in [0, 1): draws the version behind a weighted alias. */
  readonly random?: () => number;
}

/** What is known of an invocation when it ends. */
export interface InvokeEvent {
  /** Principal whose credentials signed the request: a function's name, `root`, or what was issued. */
  readonly caller: string;
  readonly functionName: string;
  /** Version that ran, null where none did. */
  readonly version: string | null;
  readonly requestId: string;
  readonly kind: "RequestResponse" | "Event" | "DryRun";
  /** HTTP status; the attempt's own where the invocation was asynchronous. */
  readonly status: number;
  readonly functionError: string | null;
  readonly durationMs: number;
}

/** A running platform. */
export interface Platform {
  /** Base URL of the Lambda API: the value of `AWS_ENDPOINT_URL_LAMBDA`. */
  readonly url: string;
  readonly region: string;
  readonly accountId: string;
  readonly rootCredentials: RootCredentials;
  /** Credentials whose caller identity is `principal`: for a gateway, a load generator or a command line. */
  issueCredentials(principal: string): SessionCredentials;
  /** Creates the function or updates it, from a zip, a folder or a source file. */
  deploy(spec: DeploySpec): Promise<Deployment>;
  /** Starts environments of a version or alias ahead of need. */
  prewarm(functionName: string, qualifier: string, count: number): Promise<void>;
  /** Environments by state. */
  environments(): readonly EnvironmentStatus[];
  /** Takes no more requests, lets running invocations end, stops every process. Accepted events stay in the store. */
  close(): Promise<void>;
}
