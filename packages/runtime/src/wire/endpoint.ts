/** Where requests go: a base URL, taken apart once. */

export interface Endpoint {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
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
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? 443 : 80),
    host: url.host,
    prefix: url.pathname.replace(/\/+$/, ""),
  };
}
