/**
 * Runtime ports: the outside world that core and the data plane are handed, so that a simulator can hand them
 * another.
 */

/** Wall-clock milliseconds since 1970; may jump in either direction after a thaw. */
export type Clock = () => number;

/** Uniform in [0, 1). */
export type Random = () => number;

/** Resolves after `ms`, or rejects with the signal's reason. */
export type Sleep = (ms: number, signal?: AbortSignalLike) => Promise<void>;

/** Lower-case hex digest of a text; at least 128 bits. */
export type Digest = (text: string) => string;

/** The part of `AbortSignal` that core may name without DOM or Node types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
}
export type { InvocationHook, InvocationMeta } from "./invocation.ts";
