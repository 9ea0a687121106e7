/** Who may call the platform: root credentials, and session credentials that name their principal. */

/** Credentials that may do everything. Their principal is `root`. */
export interface RootCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
