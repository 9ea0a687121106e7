/**
 * How the processes of a runtime are started: one driver per language, chosen by the runtime identifier of
 * the function (`nodejs24.x`). A driver knows commands and files, never environments or invocations.
 */
export interface RuntimeDriver {
  /** Whether it runs functions of this identifier. */
  readonly runs: (runtime: string) => boolean;
  /** What stands behind the identifier here, for the log: `node v24.21.0`. */
  readonly version: string;
  /** Folder that `LAMBDA_RUNTIME_DIR` names. */
  readonly folder: string;
  /** Where the identifier and what runs differ enough to be said once; null where they agree. */
  readonly difference: (runtime: string) => string | null;
  /** Adds to the variables of a process what the runtime itself sets. */
  readonly launch: (request: LaunchRequest) => Launch;
  /** Processes that are started before it is known for whom; null where the runtime has none. */
  readonly spare: SpareDriver | null;
}

export interface SpareDriver {
  /** A process that waits on its private channel for a `LaunchRequest`. */
  readonly launch: () => Launch;
  /** Whether everything in the request can still be given to a process that already runs. */
  readonly fits: (request: LaunchRequest) => boolean;
  /** What a waiting process is told: the head of a frame. */
  readonly assignment: (request: LaunchRequest) => string;
}

export interface LaunchRequest {
  readonly runtime: string;
  readonly codeFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A process to start. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether its runtime client is one of ours, which speaks over a private channel. */
  readonly channel: boolean;
}
