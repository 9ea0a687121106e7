/** What a runtime client knows about an invocation when it hands it to the mesh. */
export interface InvocationMeta {
  readonly requestId: string;
  /** Absolute wall-clock milliseconds at which the platform stops the invocation. */
  readonly deadlineMs: number;
  readonly invokedFunctionArn: string;
  /** Parsed client context, null where there was none. */
  readonly clientContext: unknown;
  /** Value of `Lambda-Runtime-Trace-Id`, null where there was none. */
  readonly traceId: string | null;
  /** Newest snapshot version the platform has heard of (`Tulle-Epoch`), null where it does not say. */
  readonly epoch: number | null;
}

/**
 * Runs one invocation inside the mesh: the data plane registers a function of this type at
 * `globalThis[Symbol.for("tulle.invocation")]` and a runtime client calls it around the handler.
 * The hook never alters the handler's value or error.
 */
export type InvocationHook = <T>(meta: InvocationMeta, run: () => Promise<T>) => Promise<T>;
