/** Around a handler: the hook that a runtime client calls, and the wrapper for those who import us. */
import type { InvocationHook, InvocationMeta } from "@tulle/core/ports";
import type { MeshDataPlane } from "../data-plane/mesh-data-plane.ts";
import type { Reporter } from "../reports/reporter.ts";
import { inboundContext } from "./inbound.ts";
import { newRequestState, type RequestScope } from "./request-state.ts";

/** What of Lambda's context object is read; the whole of it is passed on. */
export interface LambdaContext {
  readonly awsRequestId?: string;
  readonly invokedFunctionArn?: string;
  readonly clientContext?: unknown;
  getRemainingTimeInMillis?(): number;
}

export interface InvocationParts {
  readonly plane: MeshDataPlane;
  readonly scope: RequestScope;
  readonly reporter: Reporter;
}

/** Runs an invocation with its own request state; what the handler gives or throws is passed on as it is. */
export function createInvocationHook({ plane, scope, reporter }: InvocationParts): InvocationHook {
  return async (meta, run) => {
    const { ports } = plane;
    plane.enter(meta.epoch);
    reporter.flush();
    const context = inboundContext(meta, ports.random);
    const state = newRequestState(ports, context, meta.traceId);
    notify(plane, () => {
      for (const hooks of plane.hooks) hooks.invocationStart?.(meta, context);
    });
    try {
      return await scope.run(state, run);
    } finally {
      state.end();
      notify(plane, () => {
        for (const hooks of plane.hooks) hooks.invocationEnd?.(meta);
      });
      reporter.flush();
    }
  };
}

/** What a handler's own arguments say about the invocation; everything may be missing, as in a unit test. */
export function metaOf(
  context: LambdaContext | undefined,
  nowMs: number,
  traceId: string | null,
): InvocationMeta {
  const remainingMs = context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  return {
    requestId: context?.awsRequestId ?? "",
    deadlineMs: nowMs + remainingMs,
    invokedFunctionArn: context?.invokedFunctionArn ?? "",
    clientContext: context?.clientContext ?? null,
    traceId,
    epoch: null,
  };
}

/** A listener's mistake must not become the handler's. */
function notify(plane: MeshDataPlane, tell: () => void): void {
  try {
    tell();
  } catch (error) {
    plane.count("hookFailed");
    plane.ports.warn({ level: "warn", source: "tulle", message: `an invocation hook threw: ${error}` });
  }
}
