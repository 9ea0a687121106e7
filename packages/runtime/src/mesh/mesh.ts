/** The mesh as a function's code sees it. */
import type { RequestContext } from "@tulle/core/context";
import type { InvocationHook } from "@tulle/core/ports";
import type { Snapshot } from "@tulle/core/snapshot";
import type { AttachableClient } from "../attach/attach-client.ts";
import type { CallOutcome, DataPlane, InvocationType, ResolvedTarget } from "../data-plane/data-plane.ts";
import type { MeshHooks } from "../data-plane/engine.ts";
import type { LambdaContext } from "../invocation/invocation.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import type { FetchInit } from "./fetch.ts";

export interface Mesh {
  /** Logical name of the service that this process is. */
  readonly service: string;
  /** For front ends that bring their own transport. */
  readonly plane: DataPlane;
  /** Hand it to a runtime client; the process's own mesh is registered already. */
  readonly invocation: InvocationHook;

  /**
   * Routes the calls of an AWS SDK v3 client through the mesh, and gives the same client back. Errors:
   * TULLE2050.
   */
  attach<C extends AttachableClient>(client: C): C;
  /** Gives a client its own `send` back. */
  detach<C extends AttachableClient>(client: C): C;

  /**
   * Calls a function and gives its parsed answer; undefined for `Event` and `DryRun`.
   *
   * Errors: `FunctionFailure` (TULLE2009) when the function failed; `TulleError` with TULLE2001 to TULLE2012
   * when the mesh or the platform refused or nobody answered; the signal's reason when the caller gave up.
   */
  invoke<T = unknown>(name: string, payload?: unknown, options?: InvokeOptions): Promise<T>;
  /** As `invoke`, with the payload as JSON text or bytes and the outcome as it is; rejects only for a bug. */
  call(
    name: string,
    payload: Uint8Array | string,
    options?: InvokeOptions,
  ): Promise<CallOutcome<WireResponse>>;
  /**
   * Calls an HTTP service at a path below its base URL. The answer is read to its end, whatever its status;
   * redirects are not followed. Errors: as `invoke`, without `FunctionFailure`.
   */
  fetch(name: string, path: string, init?: FetchInit): Promise<Response>;
  /** The physical thing behind a name. Errors: TULLE2001, TULLE2006, TULLE2007, TULLE2011. */
  resolve(name: string, options?: { readonly key?: string }): Promise<ResolvedTarget>;

  /**
   * Wraps a Lambda handler: request context, deadline, reports. Inside a runtime client that knows the hook
   * it adds nothing.
   */
  handler<E, R, C extends LambdaContext>(
    handle: (event: E, context: C) => Promise<R> | R,
  ): (event: E, context: C) => Promise<R>;
  /** Context of the request being handled. */
  context(): RequestContext;
  /** Fires at the deadline of the request being handled; never, outside of one. */
  signal(): AbortSignal;
  /** Context of one record of an SQS or SNS event. */
  contextOf(record: unknown): RequestContext;
  /** Does work in another context than the invocation's: a record's, or one that came by a way of its own. */
  within<T>(context: Partial<RequestContext>, work: () => T): T;

  /** Resolves when the read at INIT is over, whatever came of it. */
  ready(): Promise<void>;
  /** The snapshot in use; null before the first. */
  snapshot(): Snapshot | null;
  /** Tells of a newer version, for processes that are not invoked and hear of publishes by another way. */
  noteEpoch(version: number): void;
  /** Sends the report that is due, without waiting for it. */
  flush(): void;
  /** Adds listeners at the boundaries of invocations, calls and attempts. */
  use(hooks: MeshHooks): void;
}

export interface InvokeOptions {
  /** Keeps calls with one key on one revision while weights change; also handed on to the callee. */
  readonly key?: string;
  readonly constellation?: string;
  readonly signal?: AbortSignal;
  /** Default `RequestResponse`. */
  readonly invocationType?: InvocationType;
  /** Whether repeating this call does no harm; the service's own setting where absent. */
  readonly idempotent?: boolean;
}
