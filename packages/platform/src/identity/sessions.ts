import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { SessionCredentials } from "../execution/port.ts";

/**
 * Session credentials that say who holds them, without a list of them.
 *
 * The token carries the principal and a MAC over it and the access key's id; the secret is another MAC over
 * the same. So any number can be issued, checking one needs no lookup, a restart invalidates none, and no
 * holder can name another principal. They do not expire: a process that holds them is ended with its
 * environment.
 */
export class Sessions {
  readonly #key: Buffer;

  constructor(sessionKey: string) {
    this.#key = Buffer.from(sessionKey, "hex");
  }

  issue(principal: string): SessionCredentials {
    const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    const name = Buffer.from(principal).toString("base64url");
    const sessionToken = `tulle1.${name}.${this.#mac("token", accessKeyId, principal)}`;
    return { accessKeyId, secretAccessKey: this.#mac("secret", accessKeyId, principal), sessionToken };
  }

  /**
   * Who holds an access key with this token, and its secret; undefined where this platform did not issue it.
   */
  open(accessKeyId: string, sessionToken: string): Session | undefined {
    const [version, name, mac] = sessionToken.split(".");
    if (version !== "tulle1" || name === undefined || mac === undefined) return undefined;
    const principal = Buffer.from(name, "base64url").toString("utf8");
    const expected = Buffer.from(this.#mac("token", accessKeyId, principal));
    const given = Buffer.from(mac);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return { principal, sessionToken, secretAccessKey: this.#mac("secret", accessKeyId, principal) };
  }

  #mac(purpose: "token" | "secret", accessKeyId: string, principal: string): string {
    return createHmac("sha256", this.#key)
      .update(`${purpose}\n${accessKeyId}\n${principal}`)
      .digest("base64url");
  }
}

export interface Session {
  readonly principal: string;
  readonly sessionToken: string;
  readonly secretAccessKey: string;
}
