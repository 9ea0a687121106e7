/**
 * What the platform remembers of a function: its settings, versions, aliases and limits.
 *
 * Members that travel on the wire unchanged keep the names that AWS gives them, so that a record is answered
 * without a mapping and a new member of the API is a new line here.
 */
export interface FunctionRecord {
  readonly functionName: string;
  /** Grows by one with every write; the condition of the next one. */
  readonly writeCount: number;
  readonly latest: VersionRecord;
  /**
   * Number of the next published version. Never goes back, not even when the function is deleted and made
   * again.
   */
  readonly nextVersion: number;
  /** Newest published version and what $LATEST was when it was published. */
  readonly lastPublished: { readonly version: string; readonly fingerprint: string } | null;
  readonly aliases: Readonly<Record<string, AliasRecord>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Null for "shares the account's pool". */
  readonly reservedConcurrency: number | null;
}

/** One state of $LATEST, or one published version, which never changes. */
export interface VersionRecord {
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly revisionId: string;
  readonly lastModifiedMs: number;
  readonly settings: FunctionSettings;
  readonly code: CodeReference;
}

/** Points at a package in the code store. */
export interface CodeReference {
  /** SHA-256 of the zip in base64, as the API shows it. */
  readonly sha256: string;
  /** Bytes of the zip. */
  readonly sizeBytes: number;
}

export interface AliasRecord {
  readonly name: string;
  readonly functionVersion: string;
  readonly description: string;
  readonly revisionId: string;
  /** Version to share of traffic in [0, 1]; empty for all traffic to `functionVersion`. */
  readonly weights: Readonly<Record<string, number>>;
}

/** The configuration of one version, in the API's own names. */
export interface FunctionSettings {
  readonly Runtime: string;
  readonly Role: string;
  readonly Handler: string;
  readonly Description: string;
  /** Seconds. */
  readonly Timeout: number;
  /** Megabytes. */
  readonly MemorySize: number;
  readonly Architectures: readonly string[];
  readonly PackageType: "Zip";
  readonly TracingConfig: { readonly Mode: string };
  readonly EphemeralStorage: { readonly Size: number };
  readonly LoggingConfig: LoggingSettings;
  /** Absent where the caller gave none. */
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
  /** Stored and shown; nothing on this platform acts on them. */
  readonly VpcConfig?: unknown;
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
  readonly KMSKeyArn?: string;
}

export interface LoggingSettings {
  readonly LogFormat: string;
  readonly LogGroup: string;
  readonly ApplicationLogLevel?: string;
  readonly SystemLogLevel?: string;
}
