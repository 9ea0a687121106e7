import type { Admission, AdmissionPlan } from "../admission/index.ts";
import type { RequestContext } from "../context/index.ts";
import type { ErrorCode } from "../errors/index.ts";
import type { PreparedRevision, PreparedService } from "./table.ts";

/** What the data plane knows about one call before it goes out. */
export interface CallRequest {
  /** Logical name of the callee. */
  readonly service: string;
  readonly context: RequestContext;
  /** Sticky key given by the call itself; wins over the request's. */
  readonly key: string | null;
  /** Reads a top-level field of the payload; only asked when the service's split is keyed by one. */
  readonly payloadField?: (field: string) => string | null;
}

/** What `decide` may read of the environment that it runs in. */
export interface LocalState {
  /** Admission plans by edge number; a missing entry is a closed circuit. */
  readonly plans: readonly (AdmissionPlan | undefined)[];
}

/** Where the split's key came from, for the record. */
export type DrawSource = "none" | "call" | "request" | "trace" | "payload" | "random" | "constellation";

/**
 * What was decided and everything it was decided from: the same object drives the call, is written to the
 * decision sink, and is printed by `tulle explain`.
 */
export interface Decision {
  /** `pass`: not the mesh's business, the call goes on untouched. `shed`: admission said no. */
  readonly kind: "pass" | "route" | "shed" | "refuse";
  readonly service: PreparedService | null;
  readonly revision: PreparedRevision | null;
  /** Index of the rule that matched, -1 where none was consulted. */
  readonly rule: number;
  readonly drawnBy: DrawSource;
  /** Slot out of 10,000 that the key fell into, -1 where nothing was drawn. */
  readonly slot: number;
  readonly admission: Admission;
  /** Absolute; the earlier of the request's deadline and now plus `timeouts.request`. */
  readonly deadlineMs: number;
  /** For one attempt. */
  readonly attemptTimeoutMs: number;
  /** Why a call was refused or shed. */
  readonly refusal: ErrorCode | null;
}
