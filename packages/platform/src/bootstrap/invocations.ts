import type { InvocationHook, InvocationMeta } from "@tulle/core/ports";
import { setRequestId } from "./console.ts";
import { createContext, type FunctionContext } from "./context.ts";
import { errorDocument, logError, NodeJsExit } from "./errors.ts";
import type { Handler } from "./handler.ts";
import type { ReceivedInvocation, RuntimeClient } from "./runtime-client.ts";
import { ResponseStream } from "./streaming.ts";

/** What happens when the event loop runs empty before the invocation is answered. */
interface EmptyLoop {
  listener: (() => void) | null;
}

const HOOK = Symbol.for("tulle.invocation");

/**
 * Runs invocation after invocation through the handler, and through the mesh where a data plane has
 * registered.
 */
export function runInvocations(client: RuntimeClient, handler: Handler): void {
  const emptyLoop: EmptyLoop = { listener: null };
  process.on("beforeExit", () => {
    const { listener } = emptyLoop;
    emptyLoop.listener = null;
    if (listener === null) return;
    client.hold(true);
    listener();
  });
  client.start((invocation) => {
    client.hold(false);
    void runOne(client, handler, invocation, emptyLoop);
  });
}

async function runOne(
  client: RuntimeClient,
  handler: Handler,
  invocation: ReceivedInvocation,
  emptyLoop: EmptyLoop,
): Promise<void> {
  setRequestId(invocation.requestId);
  setTraceId(invocation.traceId ?? undefined);
  try {
    const context = createContext(invocation);
    const hook = (globalThis as Record<symbol, unknown>)[HOOK];
    const run = handler.streaming
      ? () => callStreaming(handler, invocation, context)
      : () => callBuffered(handler, invocation, context, emptyLoop);
    const answer =
      typeof hook === "function"
        ? await (hook as InvocationHook)(metaOf(invocation, context), run)
        : await run();
    emptyLoop.listener = null;
    client.respond(answer instanceof ResponseStream ? answer.bytes() : serialize(answer));
  } catch (error) {
    emptyLoop.listener = null;
    logError("Invoke Error", error);
    client.fail(errorDocument(error));
  }
}

/**
 * A handler may answer by its return value, a promise, the callback, or `context.done`, whichever comes
 * first.
 */
function callBuffered(
  handler: Handler,
  invocation: ReceivedInvocation,
  context: FunctionContext,
  emptyLoop: EmptyLoop,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(error ?? "handled");
    const done = (error: unknown, value?: unknown): void => {
      if (error === undefined || error === null) resolve(value);
      else reject(error);
    };
    Object.assign(context, { done, fail, succeed: resolve });
    emptyLoop.listener = handler.isAsync ? () => reject(new NodeJsExit()) : () => resolve(null);
    const callback = (error: unknown, value?: unknown): void => {
      if (error !== undefined && error !== null) reject(error);
      else if (!context.callbackWaitsForEmptyEventLoop) resolve(value);
      else emptyLoop.listener = () => resolve(value);
    };
    const result = handler.call(JSON.parse(invocation.event), context, callback);
    if (isPromiseLike(result)) result.then(resolve, fail);
  });
}

async function callStreaming(
  handler: Handler,
  invocation: ReceivedInvocation,
  context: FunctionContext,
): Promise<ResponseStream> {
  const stream = new ResponseStream();
  const result = handler.call(JSON.parse(invocation.event), stream, context);
  if (!isPromiseLike(result)) throw "Streaming does not support non-async handlers.";
  await result;
  if (!stream.writableEnded) throw "Response stream is not finished.";
  return stream;
}

function serialize(value: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(value === undefined ? null : value) ?? "null", "utf8");
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

let traceId: string | undefined;

/** Touches the variable only where it changes: each access goes to the environment of the process. */
function setTraceId(next: string | undefined): void {
  if (next === traceId) return;
  traceId = next;
  if (next === undefined) delete process.env["_X_AMZN_TRACE_ID"];
  else process.env["_X_AMZN_TRACE_ID"] = next;
}

function metaOf(invocation: ReceivedInvocation, context: FunctionContext): InvocationMeta {
  const { requestId, deadlineMs, invokedFunctionArn, traceId, epoch } = invocation;
  const clientContext = context.clientContext ?? null;
  return { requestId, deadlineMs, invokedFunctionArn, clientContext, traceId, epoch };
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
