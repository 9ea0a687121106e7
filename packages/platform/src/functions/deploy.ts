/** Where the code of a deployment comes from. */
export type DeploySource =
  /** Bytes of a zip. */
  | { readonly kind: "zip"; readonly bytes: Uint8Array }
  /** A folder, packed as it is. */
  | { readonly kind: "folder"; readonly path: string }
  /** A TypeScript or JavaScript file, bundled with everything it imports. */
  | { readonly kind: "source"; readonly entry: string };

/** A function as it should stand. */
export interface DeploySpec {
  readonly functionName: string;
  readonly code: DeploySource;
  /** `file.export`. Default for a source: its file name and `handler`. */
  readonly handler?: string;
  /** Default `nodejs24.x`. */
  readonly runtime?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  readonly memoryMb?: number;
  readonly description?: string;
  /** Publish a version of the result. Default false. */
  readonly publish?: boolean;
  /** Alias to create or to point at the published version; implies `publish`. */
  readonly alias?: string;
}

export interface Deployment {
  readonly functionName: string;
  readonly functionArn: string;
  /** The published version, or `$LATEST`. */
  readonly version: string;
  readonly codeSha256: string;
  /** Whether the call changed anything: the same code and settings are not deployed again. */
  readonly changed: boolean;
}
