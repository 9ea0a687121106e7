import { TulleError } from "@tulle/core/errors";
import type { Identity } from "../identity/tokens.ts";

const loopbackHosts: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Refuses a request that came to a name other than loopback's. A page in a browser can make a name of its
 * own point to 127.0.0.1 and then talk to it as its own origin; it cannot forge the `Host` header. Throws
 * TULLE4109.
 */
export function checkHost(host: string | undefined): void {
  const name = host?.toLowerCase().replace(/:\d{1,5}$/, "");
  if (name === undefined || !loopbackHosts.includes(name)) {
    throw new TulleError("TULLE4109", `Control does not answer to the host "${host ?? ""}".`);
  }
}

/** Finds out who asks. Throws TULLE4107. */
export function authenticate(
  authorization: string | undefined,
  identify: (token: string) => Identity | null,
): Identity {
  const token = /^Bearer ([^\s]{1,512})$/i.exec(authorization ?? "")?.[1];
  const identity = token === undefined ? null : identify(token);
  if (identity !== null) return identity;
  throw new TulleError(
    "TULLE4107",
    authorization === undefined ? "The request carries no token." : "The token is not one of this control.",
  );
}

/** Lets the operator through, and a caller where the data asked for is its own. Throws TULLE4108. */
export function allow(identity: Identity, owner: string | null): void {
  if (identity.kind === "operator" || identity.caller === owner) return;
  const what = owner === null ? "this" : `data of ${owner}`;
  throw new TulleError("TULLE4108", `The token of ${identity.caller} does not give access to ${what}.`);
}
