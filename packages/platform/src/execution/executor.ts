import { invariant } from "@tulle/core/errors";
import type { Executor, ExecutorOptions } from "./port.ts";

/** Runs functions in processes of their own; see `Executor`. */
export async function createExecutor(options: ExecutorOptions): Promise<Executor> {
  invariant(options.maxEnvironments < 0, "the executor is being built");
  return Promise.reject(options);
}
