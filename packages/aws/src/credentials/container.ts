/**
 * Keys from the container credentials endpoint, which Lambda uses after a SnapStart restore and ECS always.
 *
 * The endpoint hands out keys to whoever asks, and the variable that names it may have been written by
 * anybody, so a plain HTTP address is followed only where no packet leaves the host: loopback and the two
 * link-local addresses that AWS documents. How the request is made is the caller's business; this module
 * decides what to ask and what the answer means. Source: AWS SDKs and Tools Reference Guide, "Container
 * credential provider" (read November 2026).
 */
import type { Environment } from "./environment.ts";
import type { ExpiringCredentials } from "./provider.ts";

/** What to ask the endpoint. */
export interface ContainerRequest {
  readonly kind: "request";
  readonly url: string;
  /** Value of `Authorization`; null for none. */
  readonly authorization: string | null;
  /**
   * File whose content is the value of `Authorization`, read for every request because it rotates; null for
   * none.
   */
  readonly authorizationFile: string | null;
}

export type ContainerEndpoint =
  | ContainerRequest
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly message: string };

const ECS_ADDRESS = "http://169.254.170.2";
const SAFE_HOSTS: ReadonlySet<string> = new Set([
  "169.254.170.2",
  "169.254.170.23",
  "[fd00:ec2::23]",
  "localhost",
  "[::1]",
]);

/** Reads the variables that name the endpoint. */
export function containerEndpoint(environment: Environment): ContainerEndpoint {
  const relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
  const full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
  if (!relative && !full) return { kind: "none" };
  const address = relative ? `${ECS_ADDRESS}${relative.startsWith("/") ? "" : "/"}${relative}` : full!;
  const refusal = whyUnsafe(address);
  if (refusal !== null) return { kind: "refused", message: refusal };
  const authorization = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] || null;
  const file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] || null;
  if (authorization !== null && /[\r\n]/.test(authorization))
    return { kind: "refused", message: "AWS_CONTAINER_AUTHORIZATION_TOKEN contains a line break" };
  return {
    kind: "request",
    url: address,
    authorization: file === null ? authorization : null,
    authorizationFile: file,
  };
}

/** Reads the endpoint's answer; null where it holds no keys. */
export function readContainerAnswer(status: number, body: string): ExpiringCredentials | null {
  if (status !== 200) return null;
  try {
    const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(body) as Record<string, unknown>;
    if (!isText(AccessKeyId) || !isText(SecretAccessKey)) return null;
    const expiresAtMs = isText(Expiration) ? Date.parse(Expiration) : Number.NaN;
    return {
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        ...(isText(Token) && { sessionToken: Token }),
      },
      expiresAtMs: Number.isNaN(expiresAtMs) ? null : expiresAtMs,
    };
  } catch {
    return null;
  }
}

function whyUnsafe(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return `AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL: '${address}'`;
  }
  if (url.protocol === "https:") return null;
  const { hostname } = url;
  const loopback = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
  if (url.protocol === "http:" && (loopback || SAFE_HOSTS.has(hostname))) return null;
  return (
    `AWS_CONTAINER_CREDENTIALS_FULL_URI names '${url.protocol}//${hostname}'; ` +
    "only https, loopback and AWS's link-local addresses are asked for credentials"
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
