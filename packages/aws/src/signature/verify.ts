/** placeholder */
import type { Credentials } from "./sign.ts";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query exactly as in the request line. */
  readonly url: string;
  /** Name, value, name, value ... as received (`IncomingMessage.rawHeaders`). */
  readonly rawHeaders: readonly string[];
  readonly body?: string | Uint8Array | undefined;
  /** Hex SHA-256 of the body, where it was computed while reading. */
  readonly bodySha256?: string | undefined;
}

/** What the verifier must know of an access key; whatever else the record holds is handed back. */
export interface KnownCredentials extends Omit<Credentials, "accessKeyId"> {
  /** Wall-clock milliseconds after which a session counts as expired. */
  readonly expiresAtMs?: number | undefined;
}

export interface VerifyOptions {
  readonly nowMs: number;
  /** How far the client's clock may be off; default five minutes. */
  readonly maxSkewMs?: number | undefined;
  /** Where given, the credential scope must name it. */
  readonly region?: string | undefined;
  readonly service?: string | undefined;
  /** Whether `UNSIGNED-PAYLOAD` is let through; default false. */
  readonly allowUnsignedPayload?: boolean | undefined;
  /** IoT and a few others add the token after signing; default `signed`. */
  readonly sessionToken?: "signed" | "added-after-signing" | undefined;
}

export type SignatureErrorCode =
  | "MissingAuthenticationTokenException"
  | "IncompleteSignatureException"
  | "UnrecognizedClientException"
  | "ExpiredTokenException"
  | "InvalidSignatureException";

export type Verification<Known> =
  | {
      readonly ok: true;
      readonly accessKeyId: string;
      readonly region: string;
      readonly service: string;
      /** The record that the lookup gave. */
      readonly identity: Known;
    }
  | { readonly ok: false; readonly code: SignatureErrorCode; readonly status: 403; readonly message: string };

/** Decides whether a request was signed, recently, by the holder of a known key, and arrived unchanged. */
export declare function verify<Known extends KnownCredentials>(
  received: ReceivedRequest,
  lookup: (accessKeyId: string) => Known | undefined,
  options: VerifyOptions,
): Verification<Known>;
