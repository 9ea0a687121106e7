/** Refusals of the verifier, in the service's codes and words. */

export type SignatureErrorCode =
  | "MissingAuthenticationTokenException"
  | "IncompleteSignatureException"
  | "UnrecognizedClientException"
  | "ExpiredTokenException"
  | "InvalidSignatureException";

/** A refusal, ready to be answered. */
export interface SignatureRefusal {
  readonly ok: false;
  readonly code: SignatureErrorCode;
  readonly status: 403;
  readonly message: string;
}

/** What the service says when the two signatures differ, for whatever reason. */
export const MISMATCH: string =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret " +
  "Access Key and signing method. Consult the service documentation for details.";

export function refuse(code: SignatureErrorCode, message: string): SignatureRefusal {
  return { ok: false, code, status: 403, message };
}
