/**
 * The SDK's own path as a transport: what the client would have done, aimed at the target that the mesh
 * chose.
 *
 * It honours whatever the user or a tracer added, because it is the original `send` with the client as
 * `this`; only the command is a copy with another input. An attempt's time limit and the caller's signal
 * become one signal, which is let go once the answer's head is here so that a streamed body may take its
 * time.
 */
import { readFunctionError } from "@tulle/aws/lambda";
import type { AttemptResult } from "@tulle/core/outcome";
import type { Attempt, AttemptAnswer, Transport } from "../data-plane/data-plane.ts";
import { runDirect } from "../intercept/direct.ts";
import { answered, retryAfterMs } from "../wire/answered.ts";
import type { AttemptLog } from "./attempt-log.ts";
import type { InvokeKind } from "./invoke-kind.ts";
import type { SdkClient, SdkCommand, SdkOptions, SdkOutput, SdkSend } from "./sdk.ts";
import { singleAttempt } from "./single-attempt.ts";

/** What the SDK gave for an attempt that was answered. */
export type SdkAnswer =
  | { readonly kind: "output"; readonly output: SdkOutput }
  | { readonly kind: "error"; readonly error: unknown };

/** One call of an attached client. */
export interface SdkCall {
  readonly client: SdkClient;
  readonly command: SdkCommand;
  readonly options: SdkOptions | undefined;
  /** What `send` would be without the mesh. */
  readonly send: SdkSend;
  readonly kind: InvokeKind;
  readonly operation: string;
}

/** Attempts that go through the client's own stack, one request each. */
export function sdkTransport(call: SdkCall, log: AttemptLog): Transport<SdkAnswer> {
  return async (attempt) => {
    const place = log.begin();
    const input = call.kind.retarget(call.command.input, attempt);
    const command = singleAttempt(call.client, call.command, { input, place });
    const limit = limitOf(attempt, call.options);
    try {
      const options = { ...call.options, ...(limit !== null && { abortSignal: limit.signal }) };
      const answer = await settle(() => runDirect(() => call.send.call(call.client, command, options)));
      log.thrown = answer.kind === "error" ? answer.error : undefined;
      return explain(answer, attempt, limit);
    } finally {
      limit?.release();
      log.end();
    }
  };
}

/** In `observe`: the call as the user made it, the SDK's retries included. */
export function untouchedTransport(call: SdkCall, log: AttemptLog): Transport<SdkAnswer> {
  return async (attempt) => {
    log.begin();
    const { client, command, options, send } = call;
    const answer = await settle(() =>
      runDirect(() =>
        options === undefined ? send.call(client, command) : send.call(client, command, options),
      ),
    );
    log.end();
    log.thrown = answer.kind === "error" ? answer.error : undefined;
    return explain(answer, attempt, null);
  };
}

async function settle(send: () => unknown): Promise<SdkAnswer> {
  try {
    return { kind: "output", output: (await send()) as SdkOutput };
  } catch (error) {
    return { kind: "error", error };
  }
}

interface Limit {
  readonly signal: AbortSignal;
  readonly timedOut: () => boolean;
  readonly release: () => void;
}

/**
 * Null where nothing limits the attempt, or the caller's signal is of a make that cannot be joined with
 * another.
 */
function limitOf({ timeoutMs, signal }: Attempt, options: SdkOptions | undefined): Limit | null {
  if (timeoutMs === Number.POSITIVE_INFINITY) return null;
  const own = options?.["abortSignal"];
  if (own !== undefined && !(own instanceof AbortSignal)) return null;
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, timeoutMs);
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    timedOut: () => timedOut,
    release: () => clearTimeout(timer),
  };
}

function explain(answer: SdkAnswer, attempt: Attempt, limit: Limit | null): AttemptAnswer<SdkAnswer> {
  if (answer.kind === "output") return { result: resultOfOutput(answer.output), response: answer };
  const { error } = answer;
  if (attempt.signal?.aborted)
    return { result: { kind: "failure", reason: "aborted" }, response: null, cause: error };
  if (limit?.timedOut())
    return { result: { kind: "failure", reason: "timeout" }, response: null, cause: error };
  const result = resultOfError(error);
  return { result, response: result.kind === "answer" ? answer : null, cause: error };
}

function resultOfOutput(output: SdkOutput | undefined): AttemptResult {
  const status = output?.$metadata?.httpStatusCode ?? 200;
  if (output?.["FunctionError"] === undefined) return answered(status);
  const { Payload: payload } = output;
  const errorType = payload instanceof Uint8Array ? readFunctionError(payload).errorType : "";
  return answered(status, { functionError: true, errorType });
}

/**
 * An error without a status never got an answer; one without a socket's code never left the process and is
 * the caller's to see.
 */
function resultOfError(error: unknown): AttemptResult {
  const { name, code, retryAfterSeconds, $metadata } = Object(error) as {
    name?: string;
    retryAfterSeconds?: unknown;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if ($metadata?.httpStatusCode === undefined) {
    if (name === "TimeoutError") return { kind: "failure", reason: "timeout" };
    if (name === "AbortError") return { kind: "failure", reason: "aborted" };
    if (neverConnected.has(code ?? "")) return { kind: "failure", reason: "unreachable" };
    if (brokeOff.has(code ?? "")) return { kind: "failure", reason: "connectionLost" };
  }
  const status = $metadata?.httpStatusCode ?? 400;
  return answered(status, { errorCode: name ?? "", retryAfterMs: retryAfterMs(retryAfterSeconds) });
}

const neverConnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

const brokeOff: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED"]);
