import type { Executor, InvocationResult } from "../execution/port.ts";
import { type Account, functionArn } from "./account.ts";
import { type Admission, throttled } from "./admission.ts";
import { drawVersion, functionNotFound, latestQualifier } from "./lookup.ts";
import type { VersionRecord } from "./record.ts";
import type { FunctionEntry, FunctionRegistry } from "./registry.ts";
import type { Targets } from "./targets.ts";

/**
 * One invocation, from a name to a result: find the function, draw the version, count it in, run it.
 *
 * This is the platform's hot path. It reads memory only: no store, no disk, and no object that could be had
 * ready-made.
 */
export interface Call {
  readonly functionName: string;
  /** As the caller gave it; null for none. */
  readonly qualifier: string | null;
  readonly requestId: string;
  /** JSON. */
  readonly payload: Uint8Array;
  readonly clientContext: string | null;
  readonly traceId: string;
  readonly logTail: boolean;
}

/** What a name stood for when it was looked up. */
export interface Resolution {
  readonly entry: FunctionEntry;
  readonly version: VersionRecord;
}

/** An invocation that ran, whatever the function made of it. */
export interface Completion {
  readonly version: string;
  readonly result: Extract<InvocationResult, { kind: "completed" }>;
}

export class Invoker {
  readonly #account: Account;
  readonly #registry: FunctionRegistry;
  readonly #targets: Targets;
  readonly #executor: Executor;
  readonly #admission: Admission;
  readonly #random: () => number;

  constructor(options: {
    readonly account: Account;
    readonly registry: FunctionRegistry;
    readonly targets: Targets;
    readonly executor: Executor;
    readonly admission: Admission;
    readonly random: () => number;
  }) {
    this.#account = options.account;
    this.#registry = options.registry;
    this.#targets = options.targets;
    this.#executor = options.executor;
    this.#admission = options.admission;
    this.#random = options.random;
  }

  /** Runs one invocation. Throws ResourceNotFoundException and TooManyRequestsException. */
  async invoke(
    call: Call,
    resolution: Resolution = this.resolve(call.functionName, call.qualifier),
  ): Promise<Completion> {
    const { entry, version } = resolution;
    const reserved = entry.record.reservedConcurrency;
    this.#admission.enter(call.functionName, reserved, this.#registry.reservedTotal());
    try {
      const result = await this.#executor.invoke(this.#targets.of(call.functionName, version), {
        requestId: call.requestId,
        invokedFunctionArn: functionArn(this.#account, call.functionName, call.qualifier),
        payload: call.payload,
        clientContext: call.clientContext,
        traceId: call.traceId,
        logTail: call.logTail,
      });
      if (result.kind === "throttled") throw throttled("ConcurrentInvocationLimitExceeded");
      return { version: version.version, result };
    } finally {
      this.#admission.leave(call.functionName, reserved);
    }
  }

  /**
   * The version that this invocation would run. Invoke's "not found" names `$LATEST` where no qualifier was
   * given.
   */
  resolve(functionName: string, qualifier: string | null): Resolution {
    const wanted = qualifier ?? latestQualifier;
    const entry = this.#registry.get(functionName);
    const version = entry === undefined ? undefined : drawVersion(entry, wanted, this.#random);
    if (entry === undefined || version === undefined) {
      throw functionNotFound({ account: this.#account }, functionName, wanted);
    }
    return { entry, version };
  }

  /** Starts environments of a version ahead of need. */
  prewarm(functionName: string, qualifier: string, count: number): Promise<void> {
    const { version } = this.resolve(functionName, qualifier);
    return this.#executor.prewarm(this.#targets.of(functionName, version), count);
  }
}
