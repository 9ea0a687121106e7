import type { InvocationType } from "../data-plane/data-plane.ts";
import type { Outgoing } from "./outgoing.ts";

/** A request that calls a function. */
export interface LambdaRequest {
  readonly form: "invoke" | "stream" | "async";
  /** What the endpoint puts before the API's own path. */
  readonly prefix: string;
  /** Decoded: name, partial ARN or ARN. */
  readonly functionName: string;
  readonly qualifier: string | null;
  readonly invocationType: InvocationType;
}

const paths = [
  ["invoke", /^(.*)\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?(.*))?$/s],
  ["stream", /^(.*)\/2021-11-15\/functions\/([^/?]+)\/response-streaming-invocations(?:\?(.*))?$/s],
  ["async", /^(.*)\/2014-11-13\/functions\/([^/?]+)\/invoke-async\/?(?:\?(.*))?$/s],
] as const;

const lambdaHost = /^lambda(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|api\.aws)$/;

/** Null for every other request, also to the same service. */
export function readLambdaRequest(outgoing: Outgoing, endpoints: readonly URL[]): LambdaRequest | null {
  if (outgoing.authorization.service !== "lambda" || outgoing.method !== "POST") return null;
  if (!lambdaHost.test(outgoing.hostname) && !endpoints.some((url) => isAt(outgoing, url))) return null;
  for (const [form, pattern] of paths) {
    const match = pattern.exec(outgoing.path);
    if (match === null) continue;
    const functionName = decode(match[2]!);
    if (functionName === null) return null;
    return {
      form,
      prefix: match[1]!,
      functionName,
      qualifier: new URLSearchParams(match[3]).get("Qualifier"),
      invocationType: form === "async" ? "Event" : typeOf(outgoing.headers["x-amz-invocation-type"]),
    };
  }
  return null;
}

/**
 * The endpoints that the environment names for Lambda; what cannot be parsed is left to the SDK to complain
 * about.
 */
export function lambdaEndpoints(environment: Readonly<Record<string, string | undefined>>): readonly URL[] {
  return [environment["AWS_ENDPOINT_URL_LAMBDA"], environment["AWS_ENDPOINT_URL"]].flatMap((text) =>
    text !== undefined && URL.canParse(text) ? [new URL(text)] : [],
  );
}

function isAt({ protocol, hostname, port }: Outgoing, url: URL): boolean {
  return (
    url.protocol === protocol &&
    url.hostname === hostname &&
    url.port === (isDefault(protocol, port) ? "" : port)
  );
}

function isDefault(protocol: string, port: string): boolean {
  return port === (protocol === "https:" ? "443" : "80");
}

function typeOf(header: string | undefined): InvocationType {
  return header === "Event" || header === "DryRun" ? header : "RequestResponse";
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
