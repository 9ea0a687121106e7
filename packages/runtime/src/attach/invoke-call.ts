/**
 * One Invoke of an attached client through the data plane, and its outcome in the SDK's own terms.
 *
 * Answers and errors of the service are the SDK's objects. A refusal of the mesh (access, deadline, open
 * circuit, attempts that timed out) is a `TulleError`, because no class of the SDK says that. A configured
 * fallback value is a successful output.
 */

import { Readable } from "node:stream";
import { encodeResponseStreamEvent } from "@tulle/aws/lambda";
import type { OutcomeClass } from "@tulle/core/outcome";
import type { CallOutcome, CallSpec, DataPlane, RoutedService, Transport } from "../data-plane/data-plane.ts";
import { runDirect } from "../intercept/direct.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import { AttemptLog } from "./attempt-log.ts";
import { replay } from "./replay.ts";
import { type SdkOutput, type SdkResponse, withInput } from "./sdk.ts";
import { type SdkAnswer, type SdkCall, sdkTransport, untouchedTransport } from "./sdk-transport.ts";
import { noteAttempts } from "./single-attempt.ts";
import { type ClientFacts, type SlimTransport, slimSettingsOf } from "./slim.ts";
import { flatHeaders, layOut, payloadClassOf } from "./slim-output.ts";

/** What the calls of one attached client have in common. */
export interface Attachment {
  readonly plane: DataPlane;
  readonly slim: SlimTransport;
  readonly facts: ClientFacts;
}

/** Resolves with the SDK's output, or rejects with what the call's owner should see. */
export async function invokeThroughMesh(
  attachment: Attachment,
  call: SdkCall,
  service: RoutedService,
): Promise<SdkOutput> {
  if (service.mode !== "observe" && call.operation === "Invoke") {
    const settings = await slimSettingsOf(call, attachment.facts);
    if (settings !== null)
      return viaSlim(attachment, call, { service, transport: attachment.slim(settings) });
  }
  return viaSdk(attachment, call, service);
}

async function viaSdk({ plane }: Attachment, asked: SdkCall, service: RoutedService): Promise<SdkOutput> {
  const log = new AttemptLog();
  const observed = service.mode === "observe";
  const call = observed ? asked : await prepared(asked);
  const transport = observed ? untouchedTransport(call, log) : sdkTransport(call, log);
  const outcome = await plane.call(specOf<SdkAnswer>(call, service, transport));
  if (observed && log.thrown !== undefined) throw log.thrown;
  if (outcome.kind !== "answer") return otherwise(call, outcome, log);
  if (outcome.response.kind === "error") throw outcome.response.error;
  return outcome.response.output;
}

/** The call with an event that can be sent more than once. */
async function prepared(call: SdkCall): Promise<SdkCall> {
  const { kind, command } = call;
  const input = await kind.prepare?.(command.input);
  return input === undefined ? call : { ...call, command: withInput(command, input) };
}

async function viaSlim(
  { plane, facts }: Attachment,
  call: SdkCall,
  { service, transport }: { readonly service: RoutedService; readonly transport: Transport<WireResponse> },
): Promise<SdkOutput> {
  const log = new AttemptLog();
  const logged: Transport<WireResponse> = async (attempt) => {
    log.begin();
    const answer = await runDirect(() => transport(attempt));
    log.end();
    return answer;
  };
  const outcome = await plane.call(specOf(call, service, logged));
  if (outcome.kind !== "answer") return otherwise(call, outcome, log);
  const { response } = outcome;
  const laidOut = facts.payloadClass === null ? null : layOut(response, log.place(), facts.payloadClass);
  if (laidOut !== null) return laidOut;
  const { status: statusCode, body } = response;
  const output = await replayed(call, { statusCode, headers: flatHeaders(response), body }, log);
  facts.payloadClass ??= payloadClassOf(output);
  return output;
}

function specOf<R>(call: SdkCall, service: RoutedService, transport: Transport<R>): CallSpec<R> {
  const { input } = call.command;
  const { FunctionName: name, Qualifier: qualifier, ClientContext: clientContext, LogType: logType } = input;
  return {
    service: service.name,
    payload: call.kind.payload(input),
    invocationType: call.kind.invocationType(input),
    transport,
    original: {
      kind: "function",
      functionName: String(name),
      qualifier: typeof qualifier === "string" ? qualifier : null,
    },
    clientContext: typeof clientContext === "string" ? clientContext : null,
    logType: logType === "Tail" ? "Tail" : "None",
    signal: signalOf(call),
  };
}

function signalOf({ options }: SdkCall): AbortSignal | undefined {
  const signal = options?.["abortSignal"];
  return signal instanceof AbortSignal ? signal : undefined;
}

type Unanswered = Exclude<CallOutcome<never>, { kind: "answer" }>;

function otherwise(call: SdkCall, outcome: Unanswered, log: AttemptLog): Promise<SdkOutput> {
  if (outcome.kind === "fallback") return replayed(call, fallbackResponse(call, outcome.value), log);
  const signal = signalOf(call);
  if (signal?.aborted) return Promise.reject(abortError(signal));
  const cause = outcome.error instanceof Error ? outcome.error.cause : undefined;
  if (!isOfTheSdk(outcome.outcome, cause)) return Promise.reject(outcome.error);
  noteAttempts(cause, log.place());
  return Promise.reject(cause);
}

/** Broken connections, and time limits that the client itself was given, look as they do without the mesh. */
function isOfTheSdk(outcome: OutcomeClass | null, cause: unknown): cause is Error {
  if (!(cause instanceof Error)) return false;
  if (outcome === "timeout" || outcome === "aborted") return cause.name === "TimeoutError";
  return outcome === "unreachable" || outcome === "connectionLost";
}

function replayed({ client, command }: SdkCall, response: SdkResponse, log: AttemptLog): Promise<SdkOutput> {
  return replay(client, command, { response, place: log.place() });
}

/** What the service would have sent, had the function answered with the value. */
function fallbackResponse(call: SdkCall, value: unknown): SdkResponse {
  const json = Buffer.from(JSON.stringify(value));
  if (call.operation === "InvokeWithResponseStream") {
    const frames = [
      encodeResponseStreamEvent({ kind: "chunk", payload: json }),
      encodeResponseStreamEvent({ kind: "complete", errorCode: null, errorDetails: null, logResult: null }),
    ];
    const headers = { "content-type": "application/vnd.amazon.eventstream" };
    return { statusCode: 200, headers, body: Readable.from(frames) };
  }
  const accepted = call.kind.invocationType(call.command.input) !== "RequestResponse";
  return accepted
    ? { statusCode: 202, headers: {}, body: new Uint8Array() }
    : { statusCode: 200, headers: { "content-type": "application/json" }, body: json };
}

/** As the SDK's request handler spells it. */
function abortError({ reason }: AbortSignal): Error {
  const error =
    reason instanceof Error || !reason
      ? new Error("Request aborted", reason === undefined ? undefined : { cause: reason })
      : new Error(String(reason));
  error.name = "AbortError";
  return error;
}
