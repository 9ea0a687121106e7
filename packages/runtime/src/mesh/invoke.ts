/** The slim path: `mesh.invoke`, and the outcome of a call in a caller's terms. */
import { readFunctionError, readLambdaError } from "@tulle/aws/lambda";
import { TulleError } from "@tulle/core/errors";
import type { CallOutcome, DataPlane, Transport } from "../data-plane/data-plane.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import { FunctionFailure } from "./function-failure.ts";
import type { InvokeOptions } from "./mesh.ts";

export interface Invoker {
  readonly plane: DataPlane;
  readonly transport: Transport<WireResponse>;
}

/** One call with a payload that is JSON already. */
export async function callFunction(
  { plane, transport }: Invoker,
  name: string,
  payload: Uint8Array | string,
  options: InvokeOptions = {},
): Promise<CallOutcome<WireResponse>> {
  await plane.fresh();
  const service = plane.lookup(name);
  if (service !== undefined && service.backend !== "function")
    throw new TulleError("TULLE2012", `"${name}" is an HTTP service: call it with mesh.fetch`);
  const { key, constellation, signal, invocationType, idempotent } = options;
  return plane.call({
    service: service?.name ?? name,
    payload,
    invocationType: invocationType ?? "RequestResponse",
    transport,
    original: null,
    key: key ?? null,
    constellation: constellation ?? null,
    signal,
    ...(idempotent !== undefined && { idempotent }),
  });
}

/** Payload of an invocation: JSON text, or bytes that hold it. Errors: TULLE2008. */
export function payloadOf(payload: unknown): Uint8Array | string {
  if (payload instanceof Uint8Array) return payload;
  if (payload === undefined) return "";
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(payload);
  } catch (error) {
    cause = error;
  }
  if (text === undefined)
    throw new TulleError("TULLE2008", "the payload cannot be written as JSON", { cause });
  return text;
}

/** The function's parsed answer, or the error that the outcome stands for. */
export function answerOf(name: string, outcome: CallOutcome<WireResponse>): unknown {
  if (outcome.kind === "fallback") return outcome.value;
  if (outcome.kind === "failed") throw outcome.error;
  const { response, result } = outcome;
  if (outcome.outcome !== "ok") throw failureOf(name, outcome);
  if (response.body.length === 0) return undefined;
  try {
    return JSON.parse(response.body.toString());
  } catch (cause) {
    const status = result.kind === "answer" ? result.status : null;
    throw new TulleError("TULLE2009", `"${name}" answered with something that is not JSON`, {
      cause,
      context: { service: name, status },
    });
  }
}

function failureOf(
  name: string,
  { response, result, decision, attempts, outcome }: Extract<CallOutcome<WireResponse>, { kind: "answer" }>,
): TulleError {
  const context = { service: name, revision: decision.revision?.name ?? null, attempts, outcome };
  if (result.kind === "answer" && result.functionError)
    return new FunctionFailure(name, readFunctionError(response.body), context);
  const { code, message, status } = readLambdaError(response);
  const [errorCode, what] =
    outcome === "throttle"
      ? (["TULLE2010", "was throttled"] as const)
      : (["TULLE2009", "was refused"] as const);
  return new TulleError(errorCode, `the call to "${name}" ${what}: ${code}: ${message}`, {
    context: { ...context, status, errorCode: code },
  });
}
