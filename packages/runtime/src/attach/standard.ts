/**
 * Whether a client does only what the SDK does by itself, so that a call may go round its middleware stack.
 *
 * The slim path leaves out everything the stack would have done, so it may run only where it does the same:
 * the SDK's own middleware (known by name) and nothing else, the SDK's own `send` and stack methods, its own
 * request handler with default settings, its own signer, a logger that logs nothing. Whatever is not
 * recognised counts as a wish to be honoured, and the call takes the SDK's path.
 *
 * What can change between two calls (a tracer that wraps `send`, a middleware added late) is looked at on
 * every call and costs under a microsecond; what cannot is looked at once per client.
 */
import { isDefaultAgent } from "../wire/default-agent.ts";
import type { NodeHandlerSettings, SdkClient, SdkCommand, SdkConfig, SdkEntry, SdkStack } from "./sdk.ts";

/** Names the SDK's Lambda client has given its middleware, from 2022 to 3.1164. */
const ownMiddleware: ReadonlySet<string> = new Set([
  "serializerMiddleware",
  "deserializerMiddleware",
  "getUserAgentMiddleware",
  "retryMiddleware",
  "contentLengthMiddleware",
  "hostHeaderMiddleware",
  "loggerMiddleware",
  "recursionDetectionMiddleware",
  "httpAuthSchemeMiddleware",
  "httpSigningMiddleware",
  "awsAuthMiddleware",
  "endpointV2Middleware",
]);

/** Without these the client is not one that could send a request; with less, somebody took something away. */
const needed = [
  "serializerMiddleware",
  "deserializerMiddleware",
  "retryMiddleware",
  "hostHeaderMiddleware",
  "getUserAgentMiddleware",
  "recursionDetectionMiddleware",
];

/** Asked on every call: nobody has put anything between `send` and the network. */
export function isUntouched(client: SdkClient, command: SdkCommand, send: unknown): boolean {
  return (
    isOwnSend(send) &&
    isOwnStack(client.middlewareStack) &&
    hasOnlyOwn(client.middlewareStack, needed) &&
    hasOnlyOwn(command.middlewareStack, [])
  );
}

let seen: string[] = [];
const record = (_middleware: unknown, entry: SdkEntry): void => {
  seen.push(entry.name ?? "");
};
const listener = { add: record, addRelativeTo: record, use: () => {} };

/** The names of a stack's entries. `identify()` would sort them first and take ten times as long. */
function hasOnlyOwn(stack: SdkStack, required: readonly string[]): boolean {
  seen = [];
  stack.applyToStack(listener);
  return seen.every((name) => ownMiddleware.has(name)) && required.every((name) => seen.includes(name));
}

/**
 * Told by its text: the SDK's `send` asks the command to resolve its middleware, a wrapper (shimmer, sinon,
 * any tracer's) calls another function. Property names survive minification.
 */
function isOwnSend(send: unknown): boolean {
  return textOf(send).includes(".resolveMiddleware(");
}

function isOwnStack(stack: SdkStack): boolean {
  return textOf(stack.resolve).includes(".reverse()") && !isWrapped(stack.clone) && !isWrapped(stack.concat);
}

function isWrapped(method: unknown): boolean {
  return typeof method === "function" && ("__original" in method || "__wrapped" in method);
}

const texts = new WeakMap<object, string>();

function textOf(method: unknown): string {
  if (typeof method !== "function") return "";
  let text = texts.get(method);
  if (text === undefined) {
    text = Function.prototype.toString.call(method);
    texts.set(method, text);
  }
  return text;
}

/** Asked once per client: everything that was settled when it was constructed. */
export async function isStandardConfig(config: SdkConfig): Promise<boolean> {
  return (
    (config.protocol === undefined || config.protocol.getShapeId?.() === "aws.protocols#restJson1") &&
    config.signerConstructor === undefined &&
    (config.httpAuthSchemes ?? []).every((scheme) => scheme.schemeId === "aws.auth#sigv4") &&
    (config.customUserAgent ?? "").length === 0 &&
    isSilent(config.logger?.info) &&
    (await isStandardHandler(config)) &&
    !(await config.userAgentAppId?.())
  );
}

/** A logger whose `info` has no body, as the SDK's stand-in has. */
function isSilent(info: unknown): boolean {
  return info === undefined || /\{\s*\}$/.test(textOf(info));
}

async function isStandardHandler({ requestHandler, endpoint }: SdkConfig): Promise<boolean> {
  if (requestHandler?.metadata?.handlerProtocol !== "http/1.1") return false;
  if (!textOf(requestHandler.handle).includes("socketAcquisitionWarningTimeout")) return false;
  const settings = await requestHandler.configProvider;
  if (settings === undefined || !hasDefaultLimits(settings)) return false;
  if (!hasDefaultAgent(settings.httpsAgent)) return false;
  if (endpoint !== undefined && !hasDefaultAgent(await settings.httpAgentProvider?.())) return false;
  return requestHandler.externalAgent !== true;
}

function hasDefaultLimits(settings: NodeHandlerSettings): boolean {
  return (
    !settings.connectionTimeout &&
    !settings.requestTimeout &&
    !settings.socketTimeout &&
    !settings.throwOnRequestTimeout
  );
}

function hasDefaultAgent(agent: NodeHandlerSettings["httpsAgent"]): boolean {
  return agent?.options === undefined || isDefaultAgent(agent.options);
}
