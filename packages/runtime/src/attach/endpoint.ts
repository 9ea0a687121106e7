/**
 * Where a client would send a request, and as whom: asked of the client's own configuration, in the SDK's own
 * order (custom endpoint, endpoint variable or profile, endpoint rules of the region).
 */
import type { SdkConfig, SdkEndpoint, SdkIdentity } from "./sdk.ts";

/** What a signed request to a client's service needs. */
export interface ClientTarget {
  /**
   * `https://lambda.eu-west-1.amazonaws.com`, with a path prefix where the endpoint has one and no trailing
   * slash.
   */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: SdkIdentity;
}

/** Null where the endpoint asks for something that only the SDK's own path does. */
export async function targetOf(config: SdkConfig): Promise<ClientTarget | null> {
  const [region, credentials] = await Promise.all([config.region?.(), config.credentials?.()]);
  if (region === undefined || credentials === undefined) return null;
  const custom = await customEndpoint(config);
  if (custom !== null) return { endpoint: custom, region, credentials };
  const resolved = config.endpointProvider?.({
    Region: region,
    UseDualStack: (await config.useDualstackEndpoint?.()) ?? false,
    UseFIPS: (await config.useFipsEndpoint?.()) ?? false,
  });
  if (resolved === undefined || Object.keys(resolved.headers ?? {}).length > 0) return null;
  const [scheme] = resolved.properties?.authSchemes ?? [];
  if (scheme !== undefined && (scheme.name !== "sigv4" || (scheme.signingName ?? "lambda") !== "lambda"))
    return null;
  return { endpoint: spell(resolved.url), region: scheme?.signingRegion ?? region, credentials };
}

async function customEndpoint(config: SdkConfig): Promise<string | null> {
  if (config.endpoint !== undefined) return spellParts(await config.endpoint());
  if (config.isCustomEndpoint === true || config.ignoreConfiguredEndpointUrls === true) return null;
  const configured = await config.serviceConfiguredEndpoint?.();
  if (configured === undefined) return null;
  if (configured !== latest.configured) latest = { configured, spelled: spell(new URL(configured)) };
  return latest.spelled;
}

/** Asked for on every call, and the same on every call. */
let latest: { readonly configured: string; readonly spelled: string } = { configured: "", spelled: "" };

const spelled = new WeakMap<URL, string>();

function spell(url: URL): string {
  let text = spelled.get(url);
  if (text === undefined) {
    text = `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, "")}`;
    spelled.set(url, text);
  }
  return text;
}

function spellParts({ protocol, hostname, port, path }: SdkEndpoint): string {
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path.replace(/\/$/, "")}`;
}
