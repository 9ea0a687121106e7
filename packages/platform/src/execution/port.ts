/**
 * The seam between the two halves of the platform: the API side knows functions, versions and callers; the
 * execution side knows processes. Everything that crosses is here.
 */
export interface Executor {
  /** Runs one invocation in an environment of its own; never rejects for anything the function did. */
  invoke(target: ExecutionTarget, invocation: Invocation): Promise<InvocationResult>;
  /** Starts environments ahead of need; resolves when they are initialised. */
  prewarm(target: ExecutionTarget, count: number): Promise<void>;
  /** Ends the environments of a target after their current invocation; later invokes get fresh ones. */
  retire(targetId: string): Promise<void>;
  /** Environments by state, for status pages. */
  describe(): readonly EnvironmentStatus[];
  /** Ends every process it started. */
  close(): Promise<void>;
}

/** One immutable thing that can be run: a published version, or one state of $LATEST. */
export interface ExecutionTarget {
  /** Unique and stable: function name, version and code revision. */
  readonly id: string;
  readonly functionName: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly runtime: string;
  /** As in the API: `file.export`. */
  readonly handler: string;
  /** Folder that holds the unpacked code. */
  readonly codeFolder: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** The user's variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
}

export interface Invocation {
  readonly requestId: string;
  /** Qualified as the caller gave it. */
  readonly invokedFunctionArn: string;
  /** The event's bytes: JSON. */
  readonly payload: Uint8Array;
  /** Decoded client context JSON, null for none. */
  readonly clientContext: string | null;
  readonly traceId: string | null;
  /** Whether the last 4 KB of the log are wanted. */
  readonly logTail: boolean;
}

export type InvocationResult =
  | {
      readonly kind: "completed";
      readonly payload: Uint8Array;
      /** `Unhandled` where the function failed; then `payload` is the error document. */
      readonly functionError: "Unhandled" | null;
      /** Last 4 KB of the log, base64; empty where it was not asked for. */
      readonly logTail: string;
      /** Whether a process had to be started and initialised for it. */
      readonly coldStart: boolean;
      readonly durationMs: number;
    }
  /** No environment could be had: the platform's own limit on processes. */
  | { readonly kind: "throttled"; readonly reason: string };

export interface EnvironmentStatus {
  readonly id: string;
  readonly functionName: string;
  readonly version: string;
  readonly state: "starting" | "idle" | "busy" | "stopping";
  readonly invocations: number;
  readonly pid: number | null;
}

/** What an executor asks of its surroundings. */
export interface ExecutorOptions {
  readonly region: string;
  readonly accountId: string;
  /** Folder for `/tmp` of environments and for logs. */
  readonly dataFolder: string;
  /** Stop environments between invocations (SIGSTOP), as AWS does. */
  readonly freeze: boolean;
  /** Idle time after which an environment is ended. */
  readonly idleTimeoutMs: number;
  /** Most processes at once, over all functions. */
  readonly maxEnvironments: number;
  /** Keep one process of each runtime waiting, so that a cold start need not wait for it. Default true. */
  readonly spare?: boolean;
  /** Endpoint of the Invoke API, handed to functions as `AWS_ENDPOINT_URL_LAMBDA`. */
  readonly lambdaEndpoint: () => string;
  /** Fresh session credentials for an environment of a function. */
  readonly issueCredentials: (functionName: string) => SessionCredentials;
  /** Value of the `Tulle-Epoch` header; null where no mesh runs on the platform. */
  readonly epoch: () => number | null;
  /** A line of a function's log, as it appears. */
  readonly onLog?: (functionName: string, line: string) => void;
}

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}
