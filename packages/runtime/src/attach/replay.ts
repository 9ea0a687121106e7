/**
 * Gives a recorded HTTP answer to the SDK to read, so that outputs and errors are its own: the same classes,
 * the same members, the same quirks, in whichever version and copy of the SDK the command came from.
 *
 * The command resolves its middleware as it would for a real call, against a view of the configuration whose
 * request handler answers from memory. Nothing leaves the process.
 */
import type { SdkClient, SdkCommand, SdkConfig, SdkOptions, SdkOutput, SdkResponse } from "./sdk.ts";
import { type AttemptPlace, singleAttempt } from "./single-attempt.ts";

/** Resolves with the SDK's output for the answer, or rejects with the SDK's error for it. */
export async function replay(
  client: SdkClient,
  command: SdkCommand,
  { response, place }: { readonly response: SdkResponse; readonly place: AttemptPlace },
): Promise<SdkOutput> {
  const { requestHandler } = client.config;
  const config = {
    ...client.config,
    requestHandler: { metadata: requestHandler?.metadata, handle: () => Promise.resolve({ response }) },
  } as SdkConfig;
  const copy = singleAttempt(client, command, { input: command.input, place });
  const handler = copy.resolveMiddleware(client.middlewareStack, config, {} satisfies SdkOptions);
  return (await handler(copy)).output;
}
