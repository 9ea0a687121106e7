/** What a call of `http.request` or `https.request` is about to send, read without changing any argument. */
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";

/** `http.request` as everybody calls it. */
export type RequestFunction = (...args: unknown[]) => ClientRequest;

export interface Outgoing {
  readonly protocol: "http:" | "https:";
  /** Without port. */
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly options: RequestOptions;
  readonly onResponse: ((response: IncomingMessage) => void) | undefined;
  readonly authorization: Authorization;
}

/** What the Authorization header of Signature Version 4 says. */
export interface Authorization {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** Null for anything that is not signed with Signature Version 4 in its headers: no business of the mesh. */
export function readOutgoing(protocol: "http:" | "https:", args: readonly unknown[]): Outgoing | null {
  const options = optionsOf(args);
  const given = options?.headers;
  if (options === null || given === undefined || Array.isArray(given)) return null;
  const authorization = readAuthorization(
    (given as Record<string, unknown>)["authorization"] ??
      (given as Record<string, unknown>)["Authorization"],
  );
  if (authorization === null) return null;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined)
      headers[name.toLowerCase()] = Array.isArray(value) ? value.join(",") : String(value);
  }
  const onResponse = args.find((argument) => typeof argument === "function") as Outgoing["onResponse"];
  const hostname = String(options.hostname ?? options.host ?? headers["host"] ?? "").replace(/:\d+$/, "");
  return {
    protocol: options.protocol === "http:" || options.protocol === "https:" ? options.protocol : protocol,
    hostname,
    port: options.port ? String(options.port) : "",
    path: options.path ?? "/",
    method: options.method ?? "GET",
    headers,
    options,
    onResponse,
    authorization,
  };
}

/** The three ways to call: `(options)`, `(url)`, `(url, options)`. */
function optionsOf([first, second]: readonly unknown[]): RequestOptions | null {
  if (typeof first === "string" || first instanceof URL) {
    if (typeof second !== "object" || second === null || !URL.canParse(String(first))) return null;
    const url = new URL(String(first));
    const { protocol, hostname, port, pathname, search } = url;
    return { protocol, hostname, port, path: pathname + search, ...second };
  }
  return typeof first === "object" && first !== null ? (first as RequestOptions) : null;
}

const scope = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/;

function readAuthorization(header: unknown): Authorization | null {
  const match = typeof header === "string" ? scope.exec(header) : null;
  return match === null ? null : { accessKeyId: match[1]!, region: match[2]!, service: match[3]! };
}
