import type { CodeStore } from "../code/code-store.ts";
import type { Account } from "./account.ts";
import type { FunctionRegistry } from "./registry.ts";

/** What the operations on functions work with. */
export interface FunctionServices {
  readonly account: Account;
  readonly registry: FunctionRegistry;
  readonly code: CodeStore;
  /** Ends the environments of a target that is no longer wanted, in the background. */
  readonly retire: (targetId: string) => void;
  readonly nowMs: () => number;
  /** Fresh random identifier: revision ids and request ids. */
  readonly newId: () => string;
}
