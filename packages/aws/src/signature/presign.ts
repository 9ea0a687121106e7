/**
 * Signs a request in its query, for somebody else to send: a browser, a device, a WebSocket upgrade.
 *
 * Not on the hot path, so nothing is remembered but the derived key. Source: AWS, "Create a signed AWS API
 * request", query string form (IAM User Guide, read November 2026).
 */
import { hash } from "node:crypto";
import { formatAmzDate } from "./amz-date.ts";
import { canonicalHeaderValue, canonicalPath, canonicalQuery, escapeUri, pathStyleOf } from "./canonical.ts";
import { isSignable, payloadHashOf, type SignableRequest, type Signer } from "./sign.ts";
import { hmacHex, signingKeyFor } from "./signing-key.ts";

export interface PresignOptions {
  readonly nowMs: number;
  /** Lifetime from `nowMs`; at most a week. */
  readonly expiresSeconds: number;
}

/** The query, encoded and without `?`, that makes the request a signed one for a while. */
export function presign(request: SignableRequest, signer: Signer, options: PresignOptions): string {
  const { credentials, region, service } = signer;
  const amzDate = formatAmzDate(options.nowMs);
  const key = signingKeyFor(credentials.secretAccessKey, { shortDate: amzDate.slice(0, 8), region, service });
  const style = signer.pathStyle ?? pathStyleOf(service);
  const names = Object.keys(request.headers).filter(isSignable).sort();
  const signedHeaders = names.join(";");
  const parameters: [name: string, value: string][] = [
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", `${credentials.accessKeyId}/${key.scope}`],
    ["X-Amz-Date", amzDate],
    ["X-Amz-Expires", String(options.expiresSeconds)],
    ["X-Amz-SignedHeaders", signedHeaders],
  ];
  if (credentials.sessionToken) parameters.push(["X-Amz-Security-Token", credentials.sessionToken]);
  const added = parameters.map(([name, value]) => `${name}=${escapeUri(value)}`).join("&");
  const query = request.query ? `${request.query}&${added}` : added;

  const payloadHash =
    request.payloadHash ?? (service === "s3" ? "UNSIGNED-PAYLOAD" : payloadHashOf(request.body));
  const headers = names.map((name) => `${name}:${canonicalHeaderValue(request.headers[name]!)}\n`).join("");
  const canonical =
    `${request.method}\n${canonicalPath(request.path, style)}\n${canonicalQuery(query)}\n` +
    `${headers}\n${signedHeaders}\n${payloadHash}`;
  const stringToSign = `AWS4-HMAC-SHA256\n${amzDate}\n${key.scope}\n${hash("sha256", canonical)}`;
  return `${query}&X-Amz-Signature=${hmacHex(key, stringToSign)}`;
}
