/**
 * When a call of an attached client may go round the SDK, and what the slim transport needs of the client for
 * it.
 */
import type { Credentials } from "@tulle/aws/signature";
import type { Transport } from "../data-plane/data-plane.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import { targetOf } from "./endpoint.ts";
import type { SdkCall } from "./sdk-transport.ts";
import type { PayloadClass } from "./slim-output.ts";
import { isStandardConfig, isUntouched } from "./standard.ts";

/** Where slim requests go, and as whom. */
export interface SlimSettings {
  /** Scheme, host and port, with a path prefix where there is one and no trailing slash. */
  readonly endpoint: string;
  readonly region: string;
  /** The same object until the client has others. */
  readonly credentials: Credentials;
  /** What the SDK has learnt of the difference to the service's clock. */
  readonly clockOffsetMs: number;
}

/** Makes signed Invoke requests without the SDK. */
export type SlimTransport = (settings: SlimSettings) => Transport<WireResponse>;

/** What is known of an attached client from one call to the next. */
export interface ClientFacts {
  /** Whether its configuration is one that the slim path honours; null until it was asked. */
  standard: boolean | null;
  /** Class of payloads in the client's outputs; null until the SDK has made one. */
  payloadClass: PayloadClass | null;
}

/** The settings for a call that may take the slim path; null sends it through the SDK. */
export async function slimSettingsOf(call: SdkCall, facts: ClientFacts): Promise<SlimSettings | null> {
  const { client, command, options, send } = call;
  if (!canCarry(command.input) || !canHonour(options)) return null;
  if (!isUntouched(client, command, send)) return null;
  facts.standard ??= await isStandardConfig(client.config);
  if (!facts.standard) return null;
  const target = await targetOf(client.config);
  return target === null ? null : { ...target, clockOffsetMs: client.config.systemClockOffset ?? 0 };
}

/** Input that the slim request can say. */
const carried: ReadonlySet<string> = new Set([
  "FunctionName",
  "Payload",
  "InvocationType",
  "LogType",
  "ClientContext",
  "Qualifier",
]);

function canCarry(input: Readonly<Record<string, unknown>>): boolean {
  for (const name in input) if (!carried.has(name) && input[name] !== undefined) return false;
  const { Payload: payload, InvocationType: type, LogType: log, ClientContext: context } = input;
  return (
    (payload === undefined || typeof payload === "string" || payload instanceof Uint8Array) &&
    (type === undefined || type === "RequestResponse" || type === "Event" || type === "DryRun") &&
    (log === undefined || log === "None" || log === "Tail") &&
    (context === undefined || typeof context === "string")
  );
}

function canHonour(options: SdkCall["options"]): boolean {
  for (const name in options) {
    if (options[name] === undefined) continue;
    if (name !== "abortSignal" || !(options[name] instanceof AbortSignal)) return false;
  }
  return true;
}
