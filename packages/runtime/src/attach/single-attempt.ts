/**
 * One attempt through the SDK's own stack, for one call only.
 *
 * The SDK's retries sit in a middleware that is bound to the client's configuration, so a changed view of the
 * configuration does not reach it, and changing the client would reach every other call. A command's own
 * stack is laid over the client's for that command alone, and a middleware of the same name and place
 * replaces the client's. So the copy of the command that the mesh sends carries a `retryMiddleware` that
 * makes a single attempt and says in headers and metadata which attempt of the mesh it is.
 */
import {
  type SdkClient,
  type SdkCommand,
  type SdkEntry,
  type SdkInput,
  type SdkMetadata,
  withInput,
} from "./sdk.ts";

/** Where an attempt stands in the mesh's attempt loop. */
export interface AttemptPlace {
  /** 0 for the first. */
  readonly attempt: number;
  /** Milliseconds that the mesh has waited between attempts. */
  readonly totalRetryDelayMs: number;
}

/**
 * A copy of a command that goes to another input and is tried once; the command and the client stay as they
 * are.
 */
export function singleAttempt(
  client: SdkClient,
  command: SdkCommand,
  { input, place }: { readonly input: SdkInput; readonly place: AttemptPlace },
): SdkCommand {
  const copy = withInput(command, input) as { -readonly [key in keyof SdkCommand]: SdkCommand[key] };
  copy.middlewareStack = command.middlewareStack.clone();
  const replaced = retryEntry(client, copy);
  if (replaced !== null) {
    const { step = "finalizeRequest", priority = "high" } = replaced;
    copy.middlewareStack.add(onceMiddleware(place), { name: RETRY, step, priority, override: true });
  }
  return copy;
}

const RETRY = "retryMiddleware";

/** Null where the user has taken the SDK's retries out already. */
function retryEntry(client: SdkClient, command: SdkCommand): SdkEntry | null {
  let found: SdkEntry | null = null;
  const note = (_middleware: unknown, entry: SdkEntry): void => {
    if (entry.name === RETRY) found = entry;
  };
  const listener = { add: note, addRelativeTo: () => {}, use: () => {} };
  client.middlewareStack.applyToStack(listener);
  command.middlewareStack.applyToStack(listener);
  return found;
}

interface Args {
  readonly request?: { readonly headers?: Record<string, string> };
}

interface Answer {
  readonly output: { $metadata?: SdkMetadata };
}

function onceMiddleware(place: AttemptPlace): unknown {
  return (next: (args: Args) => Promise<Answer>) =>
    async (args: Args): Promise<Answer> => {
      const headers = args.request?.headers;
      if (headers !== undefined) {
        headers["amz-sdk-invocation-id"] = process.getBuiltinModule("node:crypto").randomUUID();
        headers["amz-sdk-request"] = `attempt=${place.attempt + 1}; max=${place.attempt + 1}`;
      }
      try {
        const answer = await next(args);
        noteAttempts(answer.output, place);
        return answer;
      } catch (error) {
        if (typeof error === "object" && error !== null) noteAttempts(error, place);
        throw error;
      }
    };
}

/** Fills in what the SDK's own retries would have said of the call. */
export function noteAttempts(target: object, place: AttemptPlace): void {
  const bearer = target as { $metadata?: SdkMetadata };
  bearer.$metadata ??= {};
  bearer.$metadata.attempts = place.attempt + 1;
  bearer.$metadata.totalRetryDelay = place.totalRetryDelayMs;
}
