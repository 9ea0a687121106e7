/** Signature Version 4: sign a request, and check one that arrived. */
export { formatAmzDate, parseAmzDate } from "./amz-date.ts";
export { EMPTY_SHA256, escapeUri, type PathStyle } from "./canonical.ts";
export { coldStartDigest } from "./cold-digest.ts";
export type { Digest } from "./digest.ts";
export { type PresignOptions, presign } from "./presign.ts";
export type { ReceivedRequest } from "./received.ts";
export type { SignatureErrorCode, SignatureRefusal } from "./refusal.ts";
export {
  type Credentials,
  payloadHashOf,
  type SignableRequest,
  type SignatureHeaders,
  type Signer,
  sign,
} from "./sign.ts";
export {
  type KnownCredentials,
  type Verification,
  type VerifyOptions,
  verify,
} from "./verify.ts";
