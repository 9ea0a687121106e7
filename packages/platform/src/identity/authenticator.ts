import { verify } from "@tulle/aws/signature";
import { ApiError } from "../api/errors.ts";
import type { Account } from "../functions/account.ts";
import type { RootCredentials } from "./credentials.ts";
import type { Session, Sessions } from "./sessions.ts";

/** Decides who signed a request. */

/** Principal of the root credentials. */
export const rootPrincipal = "root";

/** A request as the verifier needs it. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

interface KnownPrincipal {
  readonly principal: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const keptSessions = 4096;

export class Authenticator {
  readonly #account: Account;
  readonly #root: RootCredentials;
  readonly #sessions: Sessions;
  readonly #nowMs: () => number;
  /** Sessions seen, by access key: opening one costs two MACs. */
  readonly #seen = new Map<string, Session>();

  constructor(options: {
    readonly account: Account;
    readonly root: RootCredentials;
    readonly sessions: Sessions;
    readonly nowMs: () => number;
  }) {
    this.#account = options.account;
    this.#root = options.root;
    this.#sessions = options.sessions;
    this.#nowMs = options.nowMs;
  }

  /** The principal whose credentials signed the request, or Lambda's refusal with status 403. */
  authenticate(request: SignedRequest): string {
    const { method, url, headers, body } = request;
    const token = headers.get("x-amz-security-token") ?? presignedToken(url);
    const result = verify<KnownPrincipal>(
      { method, url, rawHeaders: headers, body },
      (accessKeyId) => this.#known(accessKeyId, token),
      { nowMs: this.#nowMs(), region: this.#account.region, service: "lambda" },
    );
    if (!result.ok) throw new ApiError(result.code, result.message);
    return result.identity.principal;
  }

  #known(accessKeyId: string, token: string | undefined): KnownPrincipal | undefined {
    if (accessKeyId === this.#root.accessKeyId) {
      return { principal: rootPrincipal, secretAccessKey: this.#root.secretAccessKey };
    }
    if (token === undefined) return undefined;
    const seen = this.#seen.get(accessKeyId);
    if (seen !== undefined && seen.sessionToken === token) return seen;
    const session = this.#sessions.open(accessKeyId, token);
    if (session === undefined) return undefined;
    if (this.#seen.size >= keptSessions) this.#seen.clear();
    this.#seen.set(accessKeyId, session);
    return session;
  }
}

/** Session token of a presigned URL. */
function presignedToken(url: string): string | undefined {
  const at = url.indexOf("X-Amz-Security-Token=");
  if (at < 0) return undefined;
  return new URLSearchParams(url.slice(at)).get("X-Amz-Security-Token") ?? undefined;
}
