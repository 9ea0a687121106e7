/**
 * The slim path to Lambda: one signed request over a kept connection.
 *
 * The SDK's client spends 350 to 660 us of CPU on an Invoke; this spends what the request itself needs.
 * `mesh.invoke` and the gateway use it with keys and endpoint from the environment; an attached client, with
 * what it found in the client's configuration.
 */
import { environmentCredentials } from "@tulle/aws/credentials";
import { buildInvokeRequest, readFunctionError, readLambdaError } from "@tulle/aws/lambda";
import { coldStartDigest, type Signer, sign } from "@tulle/aws/signature";
import type { AttemptResult, FailureReason } from "@tulle/core/outcome";
import type { Clock } from "@tulle/core/ports";
import type { SlimSettings, SlimTransport } from "../attach/slim.ts";
import type { Attempt, AttemptAnswer, Transport } from "../data-plane/data-plane.ts";
import { answered } from "./answered.ts";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";
import { exchange } from "./exchange.ts";
import type { Pool } from "./pool.ts";
import { headerOf, type WireResponse } from "./response-parser.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LambdaWire {
  readonly pool: Pool;
  readonly clock: Clock;
  /** Trace header of the request being handled, which AWS needs to stop endless recursion. */
  readonly platformTrace: () => string | null;
}

const KEYS_KEPT_MS = 1000;

/** Sends as the identity in the environment, to the endpoint in the environment. */
export function lambdaTransport(wire: LambdaWire, environment: Environment): Transport<WireResponse> {
  const region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const endpoint = lambdaEndpoint(environment, region);
  let signer: Signer | null = null;
  let readAtMs = Number.NaN;
  return (attempt) => {
    const nowMs = wire.clock();
    // Each look into the process's environment takes a microsecond, and keys are replaced by the hour.
    if (signer === null || !(nowMs >= readAtMs && nowMs < readAtMs + KEYS_KEPT_MS)) {
      signer = currentSigner(environment, region, signer);
      readAtMs = nowMs;
    }
    if (endpoint === null) return cannot("AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL is not an http URL");
    if (signer === null) return cannot("no AWS credentials in the environment");
    return send(wire, attempt, { endpoint, signer, nowMs });
  };
}

/** Sends as, and to, what an attached client is configured for. */
export function slimTransport(wire: LambdaWire): SlimTransport {
  let base = "";
  let endpoint: Endpoint | null = null;
  let signer: Signer | null = null;
  return ({ endpoint: url, region, credentials, clockOffsetMs }: SlimSettings) => {
    if (url !== base) {
      base = url;
      endpoint = parseEndpoint(url);
    }
    if (signer?.credentials !== credentials || signer.region !== region)
      signer = { credentials, region, service: "lambda" };
    const [to, as] = [endpoint, signer];
    return (attempt) =>
      to === null
        ? cannot(`${url} is not an http URL`)
        : send(wire, attempt, { endpoint: to, signer: as, nowMs: wire.clock() + clockOffsetMs });
  };
}

/**
 * `AWS_ENDPOINT_URL_LAMBDA`, else `AWS_ENDPOINT_URL`, else the region's public endpoint; null for a malformed
 * one.
 */
export function lambdaEndpoint(environment: Environment, region: string): Endpoint | null {
  const ignored = environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true";
  const configured = ignored ? "" : environment["AWS_ENDPOINT_URL_LAMBDA"] || environment["AWS_ENDPOINT_URL"];
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return parseEndpoint(configured || `https://lambda.${region}.${domain}`);
}

interface Sender {
  readonly endpoint: Endpoint;
  readonly signer: Signer;
  readonly nowMs: number;
}

async function send(
  { pool, platformTrace }: LambdaWire,
  attempt: Attempt,
  { endpoint, signer, nowMs }: Sender,
): Promise<AttemptAnswer<WireResponse>> {
  if (attempt.target.kind !== "function") return cannot(`${attempt.service} is not a function`);
  const request = buildInvokeRequest({
    functionName: attempt.target.functionName,
    qualifier: attempt.target.qualifier,
    payload: attempt.payload,
    invocationType: attempt.invocationType,
    logType: attempt.logType === "Tail" ? "Tail" : undefined,
    clientContext: attempt.clientContext ?? undefined,
    traceId: platformTrace() ?? undefined,
  });
  const { query, body, method, headers } = request;
  const path = endpoint.prefix + request.path;
  headers["host"] = endpoint.host;
  Object.assign(headers, sign({ method, path, query, headers, body }, signer, nowMs));
  const { timeoutMs, signal } = attempt;
  const target = query === "" ? path : `${path}?${query}`;
  const result = await exchange(pool, {
    peer: endpoint,
    method,
    path: target,
    headers,
    body,
    timeoutMs,
    signal,
  });
  if (result.kind === "failure") return failed(result.reason, result.cause);
  return { result: resultOf(result.response), response: result.response };
}

/** What an answer of the Invoke API means for the call. */
export function resultOf(response: WireResponse): AttemptResult {
  const { status } = response;
  if (status >= 400) {
    const { code, retryAfterSeconds } = readLambdaError(response);
    return answered(status, { errorCode: code, retryAfterMs: (retryAfterSeconds ?? 0) * 1000 });
  }
  if (headerOf(response, "x-amz-function-error") === undefined) return answered(status);
  return answered(status, { functionError: true, errorType: readFunctionError(response.body).errorType });
}

export function failed(reason: FailureReason, cause: unknown): AttemptAnswer<never> {
  return { result: { kind: "failure", reason }, response: null, cause };
}

function cannot(why: string): Promise<AttemptAnswer<never>> {
  return Promise.resolve(failed("unreachable", new TypeError(why)));
}

const COLD = /* @__PURE__ */ coldStartDigest();

/** The signer in use, unless the environment's keys have changed. */
function currentSigner(environment: Environment, region: string, signer: Signer | null): Signer | null {
  if (signer !== null && environment["AWS_ACCESS_KEY_ID"] === signer.credentials.accessKeyId) return signer;
  const credentials = environmentCredentials(environment);
  return credentials === null ? null : { credentials, region, service: "lambda", digest: COLD };
}
