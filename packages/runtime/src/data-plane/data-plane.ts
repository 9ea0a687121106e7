/**
 * The data plane as its front ends see it: attached SDK clients, the interception preload, `mesh.invoke` and
 * `mesh.fetch` all end in `call`. What differs between them is the transport, so that is a port: it makes one
 * attempt against a physical target and hands back its own kind of response, which the data plane never looks
 * into.
 */
import type { RequestContext } from "@tulle/core/context";
import type { JsonValue, Mode, ResourceKind } from "@tulle/core/model";
import type { AttemptResult, OutcomeClass } from "@tulle/core/outcome";
import type { Decision } from "@tulle/core/routing";

export interface DataPlane {
  /** What holds for every service: the lower of `TULLE_MODE` and the snapshot's mode. */
  readonly mode: Mode;
  /** Whether calls pass as if the mesh were not there: switched off, and no news that may switch it on. */
  readonly isOff: boolean;
  /**
   * What a call has to wait for before it may look a name up: the read at INIT, or the bounded read of a
   * snapshot that is too old. Null, which is the normal case, when there is nothing to wait for. Never
   * rejects.
   */
  fresh(): Promise<void> | null;
  /**
   * The service that a name stands for, or undefined when the mesh has no business with it (unknown, or its
   * mode is `off`).
   */
  lookup(name: string): RoutedService | undefined;
  /**
   * Runs one call through every layer. Never rejects for what the call met; `service` must come from
   * `lookup`.
   */
  call<R>(spec: CallSpec<R>): Promise<CallOutcome<R>>;
  /**
   * The physical thing behind any name, or null when the snapshot does not have it.
   * Errors: TULLE2001, TULLE2006 where the mode is `enforce`.
   */
  resolve(name: string, key?: string | null): ResolvedTarget | null;
  /** Context of the request being handled; empty outside of one. */
  context(): RequestContext;
  /**
   * Trace header of the platform (`X-Amzn-Trace-Id`) for the request being handled; null where there is none.
   */
  platformTrace(): string | null;
  /** Counts a degradation; the sum is reported under this name. */
  count(counter: string, by?: number): void;
}

export interface RoutedService {
  /** Logical name, whatever name the caller used. */
  readonly name: string;
  /** Lowest of the environment's, the snapshot's and the service's mode; never `off`. */
  readonly mode: Exclude<Mode, "off">;
  readonly backend: "function" | "http";
}

export interface CallSpec<R> {
  /** Logical name. */
  readonly service: string;
  readonly payload: Uint8Array | string;
  readonly invocationType: InvocationType;
  readonly transport: Transport<R>;
  /**
   * What the caller's own code named. In `observe` the call goes exactly there; null where only a logical
   * name was given.
   */
  readonly original: CallTarget | null;
  /** Sticky key of this call; wins over the request's. */
  readonly key?: string | null;
  /** Pins this call; wins over the request's. */
  readonly constellation?: string | null;
  /** The user's own client context as base64, kept beside ours. */
  readonly clientContext?: string | null;
  readonly logType?: "None" | "Tail";
  readonly signal?: AbortSignal | undefined;
  /** Whether repeating does no harm; the service's own setting where absent. */
  readonly idempotent?: boolean;
}

export type InvocationType = "RequestResponse" | "Event" | "DryRun";

/** A physical target of one attempt. */
export type CallTarget =
  | { readonly kind: "function"; readonly functionName: string; readonly qualifier: string | null }
  | { readonly kind: "http"; readonly url: string };

/** Makes one attempt. Must not reject, must not retry, must end by `timeoutMs` and when `signal` fires. */
export type Transport<R> = (attempt: Attempt) => Promise<AttemptAnswer<R>>;

export interface Attempt {
  readonly service: string;
  readonly target: CallTarget;
  readonly payload: Uint8Array | string;
  readonly invocationType: InvocationType;
  readonly logType: "None" | "Tail";
  /** Base64, ready to send, ours merged in; null for none. In `observe` exactly what the caller gave. */
  readonly clientContext: string | null;
  /** For carriers other than the client context. Null in `observe`: nothing may be added. */
  readonly context: RequestContext | null;
  /** Infinite in `observe`: the caller's own limits hold. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface AttemptAnswer<R> {
  readonly result: AttemptResult;
  /** Whatever the transport's caller wants back; null when no answer arrived. */
  readonly response: R | null;
  /** The error behind a failure, for `cause`. */
  readonly cause?: unknown;
}

/** What came of a call, after all attempts, failover and fallback. */
export type CallOutcome<R> =
  /**
   * The last attempt was answered, be it with success or with an error of the platform or the function:
   * `outcome` tells.
   */
  | {
      readonly kind: "answer";
      readonly response: R;
      readonly outcome: OutcomeClass;
      readonly result: AttemptResult;
      readonly decision: Decision;
      readonly attempts: number;
    }
  /** The service's configured value stands in. */
  | { readonly kind: "fallback"; readonly value: JsonValue; readonly decision: Decision }
  /**
   * Refused, shed or never answered. `error` is a `TulleError`, or the signal's reason when the caller gave
   * up.
   */
  | {
      readonly kind: "failed";
      readonly error: unknown;
      /** Class of the last attempt; null when none was made. */
      readonly outcome: OutcomeClass | null;
      readonly decision: Decision;
      readonly attempts: number;
    };

export type ResolvedTarget =
  | (CallTarget & { readonly service: string; readonly revision: string })
  | { readonly kind: "resource"; readonly resource: ResourceKind; readonly physical: string };
