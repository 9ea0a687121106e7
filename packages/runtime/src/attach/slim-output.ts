/**
 * The SDK's output for a slim answer, without the SDK's work.
 *
 * The first answer of a client is read by the SDK itself, and so is every error and everything out of the
 * ordinary. From that first output comes the one thing that cannot be made from outside, the class of the
 * payload (bytes with `transformToString`); an ordinary success is then laid out by hand, member for member
 * as the SDK lays it out.
 */
import { headerOf, type WireResponse } from "../wire/response-parser.ts";
import type { SdkOutput } from "./sdk.ts";
import type { AttemptPlace } from "./single-attempt.ts";

/** Headers that carry members which are not laid out by hand. */
const unusual = ["x-amz-durable-execution-arn"];

/** Null where the SDK should read the answer itself. */
export function layOut(
  answer: WireResponse,
  place: AttemptPlace,
  payloadClass: PayloadClass,
): SdkOutput | null {
  const { status, body } = answer;
  const header = (name: string): string | undefined => headerOf(answer, name);
  if (status !== 200 || body.byteLength === 0 || unusual.some(header)) return null;
  const functionError = header("x-amz-function-error");
  const logResult = header("x-amz-log-result");
  const executedVersion = header("x-amz-executed-version");
  return {
    ...(functionError !== undefined && { FunctionError: functionError }),
    ...(logResult !== undefined && { LogResult: logResult }),
    ...(executedVersion !== undefined && { ExecutedVersion: executedVersion }),
    // Made as the class at once: changing a prototype afterwards costs five times as much. And a copy: the
    // body may be a slice of Node's pool, and people look at `Payload.buffer`.
    Payload: Reflect.construct(Uint8Array, [body], payloadClass),
    StatusCode: 200,
    $metadata: {
      httpStatusCode: 200,
      requestId: requestIdOf(header),
      extendedRequestId: header("x-amz-id-2"),
      cfId: header("x-amz-cf-id"),
      attempts: place.attempt + 1,
      totalRetryDelay: place.totalRetryDelayMs,
    },
  };
}

/** The class to give to payloads, learnt from an output that the SDK made. */
export function payloadClassOf(output: SdkOutput): PayloadClass | null {
  const payload = output["Payload"];
  if (!(payload instanceof Uint8Array)) return null;
  // Looked up on the prototype: that is what makes an instance of the class.
  const { constructor: made } = Object.getPrototypeOf(payload) as { constructor: PayloadClass };
  return made.prototype === Object.getPrototypeOf(payload) ? made : null;
}

/** A class of bytes; only its prototype is used. */
export type PayloadClass = typeof Uint8Array;

/** The SDK's request handler joins what Node lists. */
export function flatHeaders({ headers }: WireResponse): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return flat;
}

function requestIdOf(header: (name: string) => string | undefined): string | undefined {
  return header("x-amzn-requestid") ?? header("x-amzn-request-id") ?? header("x-amz-request-id");
}
