/**
 * Signs an intercepted request again, as whoever signed it before.
 *
 * That is possible only for the credentials of the function itself, which stand in its environment. A request
 * signed by anybody else (an assumed role) goes on as it is: changing it would break it, and signing it with
 * the function's keys would make it act as somebody else.
 */
import { environmentCredentials } from "@tulle/aws/credentials";
import { sign } from "@tulle/aws/signature";
import type { Authorization } from "./outgoing.ts";

export interface Resigned {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** Names in lower case, without the old signature's. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent where the body stays and its digest stands in the headers. */
  readonly body?: Uint8Array | string;
}

/** Whether the mesh may sign in this request's name. */
export function canSignFor({ accessKeyId }: Authorization): boolean {
  return environmentCredentials(process.env)?.accessKeyId === accessKeyId;
}

/** All headers of the request with a signature that fits it. */
export function signAgain(request: Resigned, { region, service }: Authorization): Record<string, string> {
  const {
    authorization: _authorization,
    "x-amz-date": _date,
    "x-amz-security-token": _token,
    "x-amz-content-sha256": payloadHash,
    ...headers
  } = request.headers;
  const [path = "", query = ""] = request.path.split(/\?(.*)/s);
  const signable = { method: request.method, path, query, headers, body: request.body };
  const kept = request.body === undefined ? { payloadHash } : {};
  const signer = {
    credentials: environmentCredentials(process.env)!,
    region,
    service,
    sendPayloadHash: payloadHash !== undefined,
  };
  return { ...headers, ...sign({ ...signable, ...kept }, signer, Date.now()) };
}
