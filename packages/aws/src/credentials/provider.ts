/**
 * Hands out the current credentials of a process, without a client library and without a timer.
 *
 * Order: the environment, then the container endpoint. Keys of the environment live as long as the process
 * on Lambda, so they are read once. Keys of the endpoint expire: they are fetched when first asked for and
 * again from five minutes before their end, by one request for all who wait; while old keys still hold, a
 * failed refresh is not an error.
 */
import type { Credentials } from "../signature/index.ts";
import {
  type ContainerEndpoint,
  type ContainerRequest,
  containerEndpoint,
  readContainerAnswer,
} from "./container.ts";
import { type Environment, environmentCredentials } from "./environment.ts";

export interface ExpiringCredentials {
  readonly credentials: Credentials;
  /** Wall-clock milliseconds; null for keys that do not expire. */
  readonly expiresAtMs: number | null;
}

export type CredentialsAnswer =
  | { readonly kind: "credentials"; readonly credentials: Credentials }
  | { readonly kind: "unavailable"; readonly message: string };

/** Sends a GET and gives status and body; may reject. */
export type ContainerFetch = (
  request: ContainerRequest,
) => Promise<{ readonly status: number; readonly body: string }>;

export interface CredentialsProviderOptions {
  readonly environment: Environment;
  readonly fetch: ContainerFetch;
}

/** Asks for credentials that are good at `nowMs`. */
export type CredentialsProvider = (nowMs: number) => Promise<CredentialsAnswer>;

const REFRESH_AHEAD_MS = 300_000;

/** A provider for one process; keep it, it remembers. */
export function createCredentialsProvider(options: CredentialsProviderOptions): CredentialsProvider {
  const fixed = environmentCredentials(options.environment);
  const endpoint = containerEndpoint(options.environment);
  let held: ExpiringCredentials | null = fixed === null ? null : { credentials: fixed, expiresAtMs: null };
  let pending: Promise<ExpiringCredentials | string> | null = null;

  return async (nowMs) => {
    if (held !== null && isGood(held, nowMs + REFRESH_AHEAD_MS)) return answer(held);
    pending ??= ask(endpoint, options.fetch).finally(() => {
      pending = null;
    });
    const fetched = await pending;
    if (typeof fetched !== "string") held = fetched;
    if (held !== null && isGood(held, nowMs)) return answer(held);
    return {
      kind: "unavailable",
      message: typeof fetched === "string" ? fetched : "the endpoint handed out expired keys",
    };
  };
}

function isGood(held: ExpiringCredentials, atMs: number): boolean {
  return held.expiresAtMs === null || held.expiresAtMs > atMs;
}

function answer(held: ExpiringCredentials): CredentialsAnswer {
  return { kind: "credentials", credentials: held.credentials };
}

/** Credentials, or why there are none. */
async function ask(
  endpoint: ContainerEndpoint,
  fetch: ContainerFetch,
): Promise<ExpiringCredentials | string> {
  if (endpoint.kind === "refused") return endpoint.message;
  if (endpoint.kind === "none")
    return "neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor a container credentials endpoint is set";
  try {
    const { status, body } = await fetch(endpoint);
    return (
      readContainerAnswer(status, body) ??
      `the container credentials endpoint answered ${status} without keys`
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `the container credentials endpoint could not be asked: ${why}`;
  }
}
