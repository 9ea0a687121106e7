import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { isName } from "@tulle/core/model";

/**
 * Tokens that need no table: each is a keyed hash of what it allows.
 *
 * A caller's token is `NAME.MAC`; the operator's is a hash alone and so never has a dot. Both are derived
 * from one secret in control's data folder: a restart invalidates none, and replacing the secret
 * invalidates all. Comparison takes the same time wherever two tokens differ.
 */
export interface Tokens {
  readonly operator: string;
  /** The token of a caller: a service, or `gateway/NAME`. */
  issue(caller: string): string;
  /** Who a token speaks for; null where control did not issue it. */
  identify(token: string): Identity | null;
}

export type Identity = { readonly kind: "operator" } | { readonly kind: "caller"; readonly caller: string };

/** Derives all tokens from a secret. */
export function createTokens(key: Uint8Array): Tokens {
  const mac = (purpose: string) => createHmac("sha256", key).update(purpose).digest("base64url");
  const operator = mac("operator");
  const issue = (caller: string) => `${caller}.${mac(`caller:${caller}`)}`;

  return {
    operator,
    issue,
    identify(token) {
      const dot = token.lastIndexOf(".");
      if (dot < 0) return areEqual(token, operator) ? { kind: "operator" } : null;
      const caller = token.slice(0, dot);
      return areEqual(token, issue(caller)) ? { kind: "caller", caller } : null;
    },
  };
}

/** Whether a name can be a caller's: a service's, or a gateway's behind `gateway/`. */
export function isCallerName(name: string): boolean {
  return isName(name.startsWith("gateway/") ? name.slice("gateway/".length) : name);
}

/** Hashing first makes both sides equally long, which the comparison wants. */
function areEqual(given: string, expected: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
