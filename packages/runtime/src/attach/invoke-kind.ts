/**
 * The operations of a Lambda client that call a function, and how each names its target.
 */
import { Readable } from "node:stream";
import type { Attempt, CallTarget, InvocationType } from "../data-plane/data-plane.ts";
import type { SdkInput } from "./sdk.ts";

/** One way to call a function. */
export interface InvokeKind {
  invocationType(input: SdkInput): InvocationType;
  /** The input, aimed at the target of an attempt. */
  retarget(input: SdkInput, attempt: Attempt): SdkInput;
  /** The event's bytes, where they are at hand. */
  payload(input: SdkInput): Uint8Array | string;
  /** Reads a streamed event, which two attempts could not both send. */
  prepare?(input: SdkInput): Promise<SdkInput>;
}

const invoke: InvokeKind = {
  invocationType: ({ InvocationType: type }) =>
    type === "Event" || type === "DryRun" ? type : "RequestResponse",
  payload: ({ Payload: payload }) => bytesOrText(payload),
  retarget: (input, { target, clientContext }) => {
    const { Qualifier: _qualifier, ClientContext: _context, ...rest } = input;
    const { functionName, qualifier } = functionOf(target);
    return {
      ...rest,
      FunctionName: functionName,
      ...(qualifier !== null && { Qualifier: qualifier }),
      ...(clientContext !== null && { ClientContext: clientContext }),
    };
  },
};

/** Deprecated, and still shipped: no qualifier of its own, no context, an event that may be a stream. */
const invokeAsync: InvokeKind = {
  invocationType: () => "Event",
  payload: ({ InvokeArgs: args }) => bytesOrText(args),
  retarget: (input, { target }) => {
    const { functionName, qualifier } = functionOf(target);
    return { ...input, FunctionName: qualifier === null ? functionName : `${functionName}:${qualifier}` };
  },
  prepare: async (input) => {
    const { InvokeArgs: args } = input;
    return args instanceof Readable ? { ...input, InvokeArgs: Buffer.concat(await args.toArray()) } : input;
  },
};

/** By the operation's name in the model. */
export const invokeKinds: Readonly<Record<string, InvokeKind>> = {
  Invoke: invoke,
  InvokeAsync: invokeAsync,
  InvokeWithResponseStream: invoke,
};

function functionOf(target: CallTarget): {
  readonly functionName: string;
  readonly qualifier: string | null;
} {
  return target.kind === "function" ? target : { functionName: target.url, qualifier: null };
}

function bytesOrText(value: unknown): Uint8Array | string {
  return typeof value === "string" || value instanceof Uint8Array ? value : "";
}
