/** Where requests go: a base URL, taken apart once. */
import type { Peer } from "./connection.ts";

export interface Endpoint extends Peer {
  /** Value of the `Host` header. */
  readonly host: string;
  /** Path of the base URL without its last slash; empty for none. */
  readonly prefix: string;
}

/** Null for what is not an absolute http or https URL. */
export function parseEndpoint(base: string): Endpoint | null {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  const secure = url.protocol === "https:";
  const { origin } = url;
  return {
    origin,
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? 443 : 80),
    host: url.host,
    prefix: url.pathname.replace(/\/+$/, ""),
  };
}
