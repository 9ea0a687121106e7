import { type ErrorCode, errorRegistry, TulleError } from "@tulle/core/errors";

/** One request to control. */
export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long control was asked to wait before it answers. */
  readonly waitMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly body: unknown;
}

export interface TransportOptions {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Makes the function that sends a call and turns whatever is no proper answer into a coded error. */
export function createTransport(options: TransportOptions): (call: Call) => Promise<Answer> {
  const { token, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return async (call) => {
    const url = addressOf(options.url, call);
    const timeout = AbortSignal.timeout(timeoutMs + (call.waitMs ?? 0));
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: call.method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...call.headers },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        redirect: "error",
        signal: options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]),
      });
      text = await response.text();
    } catch (cause) {
      options.signal?.throwIfAborted();
      throw new TulleError("TULLE4115", `Control at ${options.url} did not answer: ${reasonOf(cause)}.`, {
        cause,
        context: { url: options.url },
      });
    }
    return answerOf(response, text, options.url);
  };
}

function addressOf(base: string, call: Call): URL {
  let url: URL;
  try {
    url = new URL(call.path, base);
  } catch (cause) {
    throw new TulleError("TULLE4115", `"${base}" is no address that control could have.`, { cause });
  }
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function answerOf(response: Response, text: string, url: string): Answer {
  const { status } = response;
  const etag = response.headers.get("etag") ?? "";
  const body = text === "" ? null : parse(text);
  if (response.ok || status === 304) {
    if (body === undefined) throw unusable(`answered ${status} with a body that is not JSON`, url);
    return { status, etag, body };
  }
  const error = (body as { error?: Record<string, unknown> } | null | undefined)?.error;
  if (typeof error?.["code"] !== "string") throw unusable(`answered ${status} without an error code`, url);
  throw refusalOf(error, status, url);
}

/** The error that control answered with; one with a code of a later version keeps its message. */
function refusalOf(error: Readonly<Record<string, unknown>>, status: number, url: string): TulleError {
  const code = String(error["code"]);
  const message = String(error["message"] ?? "");
  if (!Object.hasOwn(errorRegistry, code)) return unusable(`answered ${status} ${code}: ${message}`, url);
  return new TulleError(code as ErrorCode, message, {
    cause: error["details"],
    context: { url, status },
    ...(typeof error["hint"] === "string" && { remedy: error["hint"] }),
  });
}

function unusable(what: string, url: string): TulleError {
  return new TulleError("TULLE4116", `What listens at ${url} ${what}.`, { context: { url } });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` hides the reason two levels deep. */
function reasonOf(error: unknown): string {
  const { cause, message, name } = error as { cause?: { code?: string }; message?: string; name?: string };
  return name === "TimeoutError" ? "no answer in time" : (cause?.code ?? message ?? String(error));
}
