import { createHmac, timingSafeEqual } from "node:crypto";
import { ApiError } from "./errors.ts";

/** Where GetFunction sends a caller for the zip: a link that works without credentials, for ten minutes. */
export class CodeLinks {
  readonly #key: string;
  readonly #baseUrl: () => string;
  readonly #nowMs: () => number;

  constructor(options: {
    readonly key: string;
    readonly baseUrl: () => string;
    readonly nowMs: () => number;
  }) {
    this.#key = options.key;
    this.#baseUrl = options.baseUrl;
    this.#nowMs = options.nowMs;
  }

  /** Link to the zip with a base64 SHA-256. */
  make(sha256: string): string {
    const name = Buffer.from(sha256, "base64").toString("hex");
    const expires = String(this.#nowMs() + lifetimeMs);
    return `${this.#baseUrl()}${codePath}${name}.zip?Expires=${expires}&Mac=${this.#mac(name, expires)}`;
  }

  /** The base64 SHA-256 that a link stands for, or AccessDeniedException. */
  open(url: URL): string {
    const name = url.pathname.slice(codePath.length).replace(/\.zip$/, "");
    const expires = url.searchParams.get("Expires") ?? "";
    const given = Buffer.from(url.searchParams.get("Mac") ?? "");
    const expected = Buffer.from(this.#mac(name, expires));
    const genuine = given.length === expected.length && timingSafeEqual(given, expected);
    if (!genuine || Number(expires) < this.#nowMs()) {
      throw new ApiError("AccessDeniedException", "The link to the code is not genuine or has expired.");
    }
    return Buffer.from(name, "hex").toString("base64");
  }

  #mac(name: string, expires: string): string {
    return createHmac("sha256", this.#key).update(`code\n${name}\n${expires}`).digest("hex");
  }
}

/** First part of such a link's path. */
export const codePath = "/_tulle/code/";

const lifetimeMs = 600_000;
